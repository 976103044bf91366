import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/sources';
import type { Action } from '../commands/actions';
import { pickSource, sourceIn } from '../commands/pickSource';
import { commands, views } from '../ids';
import { verbatim } from '../messages';
import type { ShowSource } from '../tree/create';
import type { AccountStore, StoredAccount } from './accountStore';
import { askAccount } from './askAccount';
import { copyToAccount } from './copyToAccount';
import { insertReferences } from './insertReferences';

/**
 * Commands on accounts.
 * @param show has the Tokens view show an account that was added
 * @param follow brings the sources up to date with the accounts that are stored
 */
export function accountActions(store: AccountStore, sources: TokenSources, clock: Clock, show: ShowSource, follow: () => void) {
	return {
		[commands.addAccount]: () => addAccount(store, sources, show, follow),
		[commands.removeAccount]: (argument) => removeAccount(argument, store, sources, follow),
		[commands.replaceAccountKey]: (argument) => replaceKey(argument, store, sources),
		[commands.reloadAccount]: (argument) => reload(argument, sources),
		[commands.copyToAccount]: (argument) => copyToAccount({ argument }, sources, clock),
		[commands.insertReferences]: (argument) => insertReferences(argument, sources),
	} satisfies Record<string, Action>;
}

/** The account that a command is about, or the one that the user picks. */
export async function accountFor(argument: unknown, sources: TokenSources, title: string): Promise<TokenSource | undefined> {
	const accounts = sources.all.filter(({ account }) => account !== undefined);
	const named = sourceIn(argument, sources);
	if (named) {
		return accounts.find((one) => one === named);
	}
	if (accounts.length === 0) {
		const add = vscode.l10n.t('Add Connect Account');
		const answer = await vscode.window.showInformationMessage(vscode.l10n.t('No account has been added yet.'), add);
		if (answer === add) {
			await vscode.commands.executeCommand(commands.addAccount);
		}
		return undefined;
	}
	return accounts.length === 1 ? accounts[0] : pickSource(accounts, title);
}

/** *Add Connect Account*: asks for endpoint and key, checks them, and shows the account's tokens. One that is there already gets the key. */
async function addAccount(store: AccountStore, sources: TokenSources, show: ShowSource, follow: () => void): Promise<void> {
	const checked = await askAccount(vscode.l10n.t('Add Connect Account'));
	if (!checked) {
		return;
	}
	const before = sources.all;
	const { name, id, sourceId } = await store.put(checked.account, checked.authorization);
	follow();
	const source = sources.get(sourceId);
	if (!source) {
		return;
	}
	if (before.includes(source)) {
		sayNewKey(name);
		// What was refused with the key before is read anew.
		void source.reload().catch(() => undefined);
	} else {
		void vscode.window.showInformationMessage(vscode.l10n.t('Added the account “{0}” ({1}).', verbatim(name), id));
	}
	await show(source);
}

function sayNewKey(name: string): void {
	void vscode.window.showInformationMessage(vscode.l10n.t('The account “{0}” uses the new key now.', verbatim(name)));
}

/** *Remove Account*: forgets it and its key here. What the platform has stays as it is. */
async function removeAccount(argument: unknown, store: AccountStore, sources: TokenSources, follow: () => void): Promise<void> {
	const source = await accountFor(argument, sources, vscode.l10n.t('Remove Account'));
	const stored = source && storedOf(source, store);
	if (!stored) {
		return;
	}
	const remove = vscode.l10n.t('Remove');
	const answer = await vscode.window.showWarningMessage(
		vscode.l10n.t('Remove the account “{0}” ({1})?', verbatim(stored.name), stored.id),
		{ modal: true, detail: vscode.l10n.t('Its key is forgotten here. The account’s tokens stay on the platform as they are.') },
		remove,
	);
	if (answer === remove) {
		await store.remove(stored);
		follow();
	}
}

/** *Replace Account Key*: another key for the same account. */
async function replaceKey(argument: unknown, store: AccountStore, sources: TokenSources): Promise<void> {
	const title = vscode.l10n.t('Replace Account Key');
	const source = await accountFor(argument, sources, title);
	const stored = source && storedOf(source, store);
	const checked = stored && (await askAccount(title, stored.endpoint));
	if (!checked) {
		return;
	}
	if (checked.account.id !== stored.id) {
		throw problem(
			'This key is one of the account {0}, not of {1}. Add that account, or use a key of this one.',
			checked.account.id,
			stored.id,
		);
	}
	await store.writeKey(stored, checked.authorization);
	sayNewKey(stored.name);
	await source.reload();
}

/** *Reload Account*: reads its tokens, extensions and modules anew. */
async function reload(argument: unknown, sources: TokenSources): Promise<void> {
	const source = await accountFor(argument, sources, vscode.l10n.t('Reload Account'));
	if (source) {
		await vscode.window.withProgress({ location: { viewId: views.tokens } }, () => source.reload());
	}
}

function storedOf(source: TokenSource, store: AccountStore): StoredAccount | undefined {
	return store.list().find(({ sourceId }) => sourceId === source.id);
}
