import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { Clock, TokenSource } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { AccountSources } from '../../models/accountSources';
import { AccountStore, type StoredAccount } from '../../models/accountStore';
import { contextKeys } from '../../models/manifestIds';
import { getVariableName } from '../../requestFiles/keyReferences';
import { ConnectSource } from '../../sources/connect/connectSource';
import { setContext } from '../commands/messages';
import { log } from '../log';
import { readExpiringDays } from '../settings';
import { accountCommands, addAccount, type AccountUse } from './accountCommands';
import type { SuggestedAccount } from './promptForAccount';

export interface AccountsOptions {
	readonly context: vscode.ExtensionContext;
	readonly sources: TokenSources;
	readonly clock: Clock;
	/** Shows and selects a source in the Tokens view. Called by commands only. */
	readonly revealSource: (source: TokenSource) => Promise<void>;
}

/** Keeps one source for each account that the user added, and creates the account commands. Makes no network requests yet. */
export function setUpAccounts({ context, sources, clock, revealSource }: AccountsOptions) {
	const store = new AccountStore({
		state: context.globalState,
		secrets: context.secrets,
		toReferenceName: (sourceId) => getVariableName('', sourceId),
	});
	const accountSources = new AccountSources((account) => createAccountSource(context, store, account, clock));
	let lastSynced: readonly StoredAccount[] = [];
	const syncSources = () => {
		lastSynced = store.list();
		const { current, removed } = accountSources.update(lastSynced);
		removed.forEach((source) => void deleteCache(context, source));
		sources.setAccounts(current);
		setContext({ [contextKeys.hasAccounts]: current.length > 0 });
	};
	syncSources();
	context.subscriptions.push(
		vscode.Disposable.from(store.onDidChange(syncSources)),
		// VS Code has no change event for global state. Another window's change can arrive after the key's event, or without one in a browser.
		vscode.window.onDidChangeWindowState(({ focused }) => {
			if (focused && !isDeepStrictEqual(store.list(), lastSynced)) {
				syncSources();
			}
		}),
		accountSources,
	);
	const services = { store, sources, revealSource, syncSources };
	return {
		store,
		add: (suggestion: SuggestedAccount) => addAccount(services, suggestion),
		createActions: (gateway: AccountUse) => accountCommands({ ...services, gateway }),
	};
}

function createAccountSource(context: vscode.ExtensionContext, store: AccountStore, account: StoredAccount, clock: Clock): ConnectSource {
	return new ConnectSource({
		id: account.sourceId,
		account: { id: account.id, name: account.name, endpoint: account.endpoint },
		accountKeyStore: { read: () => store.readApiKey(account), replace: (authorization) => store.replaceApiKey(account, authorization) },
		cacheFile: cacheFilePath(context, account.sourceId),
		clock,
		expiringDays: readExpiringDays,
		log,
	});
}

/** Deletes the cached tokens of a removed account. */
async function deleteCache(context: vscode.ExtensionContext, source: ConnectSource): Promise<void> {
	await source.whenCacheWritten.then(() => rm(cacheFilePath(context, source.id), { force: true })).catch(logFailure(log, 'delete a cache'));
}

/** The file name is a hash, because the account ID isn't ours and might not be a valid file name. */
function cacheFilePath(context: vscode.ExtensionContext, sourceId: string): string {
	const name = createHash('sha256').update(sourceId).digest('hex').slice(0, 32);
	return vscode.Uri.joinPath(context.globalStorageUri, 'accounts', `${name}.json`).fsPath;
}
