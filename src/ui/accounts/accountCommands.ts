import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import type { AccountStore, StoredAccount } from '../../models/accountStore';
import { escapeLabel } from '../../models/localization';
import { commandIds, viewIds } from '../../models/manifestIds';
import type { CommandHandler } from '../commands/commandHandlers';
import { pickSource, sourceFromArgument } from '../commands/pickSource';
import { promptForAccount } from './promptForAccount';

/** Dependencies of the account commands. */
interface AccountContext {
	readonly store: AccountStore;
	readonly sources: TokenSources;
	/** Shows and selects a source in the Tokens view. */
	readonly revealSource: (source: TokenSource) => Promise<void>;
	/** Updates the sources to match the stored accounts. */
	readonly syncSources: () => void;
}

/** Creates the handlers of the account commands. */
export function accountCommands(context: AccountContext) {
	return {
		[commandIds.addAccount]: () => addAccount(context),
		[commandIds.removeAccount]: (argument) => removeAccount(argument, context),
		[commandIds.replaceAccountKey]: (argument) => replaceAccountKey(argument, context),
		[commandIds.reloadAccount]: (argument) => reloadAccount(argument, context),
	} satisfies Record<string, CommandHandler>;
}

/**
 * Returns the account that a command's argument names. Otherwise, prompts for one if there are several.
 * @returns undefined if the user canceled, or if the argument names the workspace
 */
export async function resolveAccount(argument: unknown, sources: TokenSources, title: string): Promise<TokenSource | undefined> {
	const accounts = sources.all.filter(({ remote }) => remote !== undefined);
	const namedSource = sourceFromArgument(argument, sources);
	if (namedSource) {
		return accounts.find((item) => item === namedSource);
	}
	if (accounts.length === 0) {
		const addLabel = vscode.l10n.t('Add Connect Account');
		const selected = await vscode.window.showInformationMessage(vscode.l10n.t('No accounts have been added yet.'), addLabel);
		if (selected === addLabel) {
			await vscode.commands.executeCommand(commandIds.addAccount);
		}
		return undefined;
	}
	return accounts.length === 1 ? accounts[0] : pickSource(accounts, title);
}

/** *Add Connect Account*: prompts for the endpoint and key, verifies them, and shows the account's tokens. Adding an account again replaces its key. */
async function addAccount({ store, sources, revealSource, syncSources }: AccountContext): Promise<void> {
	const verified = await promptForAccount(vscode.l10n.t('Add Connect Account'));
	if (!verified) {
		return;
	}
	const previousSources = sources.all;
	const { name, id, sourceId } = await store.addOrUpdate(verified.account, verified.authorization);
	syncSources();
	const source = sources.get(sourceId);
	if (!source) {
		return;
	}
	if (previousSources.includes(source)) {
		showKeyReplaced(name);
		// Reads everything that the platform rejected with the previous key.
		void source.reload().catch(() => {
			// `reload` logs the error, and the Tokens view shows it as the source's problem.
		});
	} else {
		void vscode.window.showInformationMessage(vscode.l10n.t('Added account “{0}” ({1}).', escapeLabel(name), id));
	}
	await revealSource(source);
}

function showKeyReplaced(name: string): void {
	void vscode.window.showInformationMessage(vscode.l10n.t('Account “{0}” now uses the new key.', escapeLabel(name)));
}

/** *Remove Account*: removes an account and its key from VS Code. Changes nothing on the platform. */
async function removeAccount(argument: unknown, { store, sources, syncSources }: AccountContext): Promise<void> {
	const source = await resolveAccount(argument, sources, vscode.l10n.t('Remove Account'));
	const stored = source && findStoredAccount(source, store);
	if (!stored) {
		return;
	}
	const removeLabel = vscode.l10n.t('Remove');
	const selected = await vscode.window.showWarningMessage(
		vscode.l10n.t('Remove account “{0}” ({1})?', escapeLabel(stored.name), stored.id),
		{ modal: true, detail: vscode.l10n.t("Its key is removed from VS Code. The account's tokens in CloudBlue Connect aren't affected.") },
		removeLabel,
	);
	if (selected === removeLabel) {
		await store.remove(stored);
		syncSources();
	}
}

/** *Replace Account Key*: prompts for another key of the same account. */
async function replaceAccountKey(argument: unknown, { store, sources }: AccountContext): Promise<void> {
	const title = vscode.l10n.t('Replace Account Key');
	const source = await resolveAccount(argument, sources, title);
	const stored = source && findStoredAccount(source, store);
	const verified = stored && (await promptForAccount(title, stored.endpoint));
	if (!verified) {
		return;
	}
	if (verified.account.id !== stored.id) {
		throw problem(
			'This key belongs to account {0}, not {1}. Add that account, or use a key that belongs to this one.',
			verified.account.id,
			stored.id,
		);
	}
	await store.replaceApiKey(stored, verified.authorization);
	showKeyReplaced(stored.name);
	await source.reload();
}

/** *Reload Account*: reads the account's tokens, extensions, and modules again. */
async function reloadAccount(argument: unknown, { sources }: AccountContext): Promise<void> {
	const source = await resolveAccount(argument, sources, vscode.l10n.t('Reload Account'));
	if (source) {
		await vscode.window.withProgress({ location: { viewId: viewIds.tokens } }, () => source.reload());
	}
}

function findStoredAccount(source: TokenSource, store: AccountStore): StoredAccount | undefined {
	return store.list().find(({ sourceId }) => sourceId === source.id);
}
