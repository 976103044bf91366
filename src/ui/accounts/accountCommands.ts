import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { AccountStore, StoredAccount } from '../../models/accountStore';
import {
	addedAccountText,
	assertSameAccount,
	removeAccountConfirmation,
	removedUpstreamText,
	replacedAccountKeyText,
} from '../../models/accountTexts';
import { commandIds, viewIds } from '../../models/manifestIds';
import type { CommandHandler } from '../commands/commandHandlers';
import { confirm, inform } from '../commands/messages';
import { targets } from '../commands/targets';
import { promptForAccount, type SuggestedAccount } from './promptForAccount';

/** Dependencies of the account commands. */
interface AccountContext {
	readonly store: AccountStore;
	readonly sources: TokenSources;
	/** Shows and selects a source in the Tokens view. */
	readonly revealSource: (source: TokenSource) => Promise<void>;
	/** Updates the sources to match the stored accounts. */
	readonly syncSources: () => void;
	readonly gateway: AccountUse;
}

/** How the gateway uses accounts. */
export interface AccountUse {
	/** Whether the gateway forwards requests to this account. */
	isUpstream(sourceId: string): Promise<boolean>;
	/** Resets the upstream. A running gateway continues without one. */
	resetUpstream(): Promise<void>;
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

/** *Add Connect Account*: prompts for the endpoint and key, verifies them, and shows the account's tokens. Adding an account again replaces its key. */
export async function addAccount(
	{ store, sources, revealSource, syncSources }: Omit<AccountContext, 'gateway'>,
	suggestion?: SuggestedAccount,
): Promise<void> {
	const verified = await promptForAccount(vscode.l10n.t('Add Connect Account'), undefined, suggestion);
	if (!verified) {
		return;
	}
	const previousSources = sources.all;
	const account = await store.addOrUpdate(verified.account, verified.authorization);
	syncSources();
	const source = sources.get(account.sourceId);
	if (!source) {
		return;
	}
	if (previousSources.includes(source)) {
		showKeyReplaced(account);
		// Reads everything that the platform rejected with the previous key.
		void source.reload().catch(() => {
			// `reload` logs the error, and the Tokens view shows it as the source's problem.
		});
	} else {
		void vscode.window.showInformationMessage(addedAccountText(account));
	}
	await revealSource(source);
}

function showKeyReplaced(account: StoredAccount): void {
	void vscode.window.showInformationMessage(replacedAccountKeyText(account));
}

/** *Remove Account*: removes an account and its key from VS Code, also from the gateway. Changes nothing on the platform. */
async function removeAccount(argument: unknown, { store, sources, syncSources, gateway }: AccountContext): Promise<void> {
	const source = await targets.resolveAccount(argument, sources, vscode.l10n.t('Remove Account'));
	const stored = source && findStoredAccount(source, store);
	if (!stored) {
		return;
	}
	const isUpstream = await gateway.isUpstream(source.id);
	if (!(await confirm(removeAccountConfirmation(stored, isUpstream), vscode.l10n.t('Remove')))) {
		return;
	}
	if (isUpstream) {
		// First, because the gateway couldn't be started without the account.
		await gateway.resetUpstream();
	}
	await store.remove(stored);
	syncSources();
	if (isUpstream) {
		void inform(removedUpstreamText(stored), { title: vscode.l10n.t('Choose Upstream…'), command: commandIds.chooseUpstream });
	}
}

/** *Replace Account Key*: prompts for another key of the same account. */
async function replaceAccountKey(argument: unknown, { store, sources }: AccountContext): Promise<void> {
	const title = vscode.l10n.t('Replace Account Key');
	const source = await targets.resolveAccount(argument, sources, title);
	const stored = source && findStoredAccount(source, store);
	const verified = stored && (await promptForAccount(title, stored.endpoint));
	if (!verified) {
		return;
	}
	assertSameAccount(verified.account, stored);
	await store.replaceApiKey(stored, verified.authorization);
	showKeyReplaced(stored);
	await source.reload();
}

/** *Reload Account*: reads the account's tokens, extensions, and modules again. */
async function reloadAccount(argument: unknown, { sources }: AccountContext): Promise<void> {
	const source = await targets.resolveAccount(argument, sources, vscode.l10n.t('Reload Account'));
	if (source) {
		await vscode.window.withProgress({ location: { viewId: viewIds.tokens } }, () => source.reload());
	}
}

function findStoredAccount(source: TokenSource, store: AccountStore): StoredAccount | undefined {
	return store.list().find(({ sourceId }) => sourceId === source.id);
}
