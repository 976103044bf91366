import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import type { CommandHandler } from '../commands/commandHandlers';
import { pickSource, sourceFromArgument } from '../commands/pickSource';
import { commandIds, viewIds } from '../../models/manifestIds';
import { escapeLabel } from '../../models/localization';
import type { AccountStore, StoredAccount } from './accountStore';
import { promptForAccount } from './promptForAccount';
import { copyTokenToAccount } from '../commands/copyTokenToAccount';
import { insertReferences } from '../requestFiles/insertReferences';

/** Shows and selects a source in the Tokens view. */
export type RevealSource = (source: TokenSource) => Promise<void>;

/**
 * Commands on accounts.
 * @param revealSource has the Tokens view show an account that was added
 * @param syncSources brings the sources up to date with the accounts that are stored
 */
export function accountCommands(
	store: AccountStore,
	sources: TokenSources,
	clock: Clock,
	revealSource: RevealSource,
	syncSources: () => void,
) {
	return {
		[commandIds.addAccount]: () => addAccount(store, sources, revealSource, syncSources),
		[commandIds.removeAccount]: (argument) => removeAccount(argument, store, sources, syncSources),
		[commandIds.replaceAccountKey]: (argument) => replaceAccountKey(argument, store, sources),
		[commandIds.reloadAccount]: (argument) => reloadAccount(argument, sources),
		[commandIds.copyToAccount]: (argument) => copyTokenToAccount({ argument }, sources, clock),
		[commandIds.insertReferences]: (argument) => insertReferences(argument, sources),
	} satisfies Record<string, CommandHandler>;
}

/** The account that a command is about, or the one that the user picks. */
export async function resolveAccount(argument: unknown, sources: TokenSources, title: string): Promise<TokenSource | undefined> {
	const accounts = sources.all.filter(({ remote }) => remote !== undefined);
	const namedSource = sourceFromArgument(argument, sources);
	if (namedSource) {
		return accounts.find((item) => item === namedSource);
	}
	if (accounts.length === 0) {
		const addLabel = vscode.l10n.t('Add Connect Account');
		const answer = await vscode.window.showInformationMessage(vscode.l10n.t('No accounts have been added yet.'), addLabel);
		if (answer === addLabel) {
			await vscode.commands.executeCommand(commandIds.addAccount);
		}
		return undefined;
	}
	return accounts.length === 1 ? accounts[0] : pickSource(accounts, title);
}

/** *Add Connect Account*: asks for endpoint and key, checks them, and shows the account's tokens. One that is there already gets the key. */
async function addAccount(store: AccountStore, sources: TokenSources, revealSource: RevealSource, syncSources: () => void): Promise<void> {
	const checked = await promptForAccount(vscode.l10n.t('Add Connect Account'));
	if (!checked) {
		return;
	}
	const previousSources = sources.all;
	const { name, id, sourceId } = await store.addOrUpdate(checked.account, checked.authorization);
	syncSources();
	const source = sources.get(sourceId);
	if (!source) {
		return;
	}
	if (previousSources.includes(source)) {
		showKeyReplaced(name);
		// What was refused with the key before is read anew.
		void source.reload().catch(() => undefined);
	} else {
		void vscode.window.showInformationMessage(vscode.l10n.t('Added account “{0}” ({1}).', escapeLabel(name), id));
	}
	await revealSource(source);
}

function showKeyReplaced(name: string): void {
	void vscode.window.showInformationMessage(vscode.l10n.t('Account “{0}” now uses the new key.', escapeLabel(name)));
}

/** *Remove Account*: forgets it and its key here. What the platform has stays as it is. */
async function removeAccount(argument: unknown, store: AccountStore, sources: TokenSources, syncSources: () => void): Promise<void> {
	const source = await resolveAccount(argument, sources, vscode.l10n.t('Remove Account'));
	const stored = source && findStoredAccount(source, store);
	if (!stored) {
		return;
	}
	const removeLabel = vscode.l10n.t('Remove');
	const answer = await vscode.window.showWarningMessage(
		vscode.l10n.t('Remove account “{0}” ({1})?', escapeLabel(stored.name), stored.id),
		{ modal: true, detail: vscode.l10n.t("Its key is removed from VS Code. The account's tokens in CloudBlue Connect aren't affected.") },
		removeLabel,
	);
	if (answer === removeLabel) {
		await store.remove(stored);
		syncSources();
	}
}

/** *Replace Account Key*: another key for the same account. */
async function replaceAccountKey(argument: unknown, store: AccountStore, sources: TokenSources): Promise<void> {
	const title = vscode.l10n.t('Replace Account Key');
	const source = await resolveAccount(argument, sources, title);
	const stored = source && findStoredAccount(source, store);
	const checked = stored && (await promptForAccount(title, stored.endpoint));
	if (!checked) {
		return;
	}
	if (checked.account.id !== stored.id) {
		throw problem(
			'This key belongs to account {0}, not {1}. Add that account, or use a key that belongs to this one.',
			checked.account.id,
			stored.id,
		);
	}
	await store.replaceApiKey(stored, checked.authorization);
	showKeyReplaced(stored.name);
	await source.reload();
}

/** *Reload Account*: reads its tokens, extensions and modules anew. */
async function reloadAccount(argument: unknown, sources: TokenSources): Promise<void> {
	const source = await resolveAccount(argument, sources, vscode.l10n.t('Reload Account'));
	if (source) {
		await vscode.window.withProgress({ location: { viewId: viewIds.tokens } }, () => source.reload());
	}
}

function findStoredAccount(source: TokenSource, store: AccountStore): StoredAccount | undefined {
	return store.list().find(({ sourceId }) => sourceId === source.id);
}
