import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { ConnectSource } from '../../sources/connect/connectSource';
import { contextKeys } from '../../models/manifestIds';
import { readExpiringDays } from '../settings';
import { accountCommands, type RevealSource } from './accountCommands';
import { AccountStore, type StoredAccount } from './accountStore';

/** The accounts that the user has added, as sources of tokens, and the commands on them. Nothing is asked of a platform yet. */
export function setUpAccounts(context: vscode.ExtensionContext, sources: TokenSources, clock: Clock, revealSource: RevealSource) {
	const store = new AccountStore(context.globalState, context.secrets);
	const sourcesById = new Map<string, ConnectSource>();
	let lastSynced: readonly StoredAccount[] = [];
	const syncSources = () => {
		const accounts = (lastSynced = store.list());
		const currentSources = accounts.map((account) => {
			const existing = sourcesById.get(account.sourceId);
			if (existing && isSameAccount(existing.remote.account, account)) {
				return existing;
			}
			existing?.dispose();
			const source = createAccountSource(context, store, account, clock);
			sourcesById.set(account.sourceId, source);
			return source;
		});
		for (const [sourceId, source] of sourcesById) {
			if (!currentSources.includes(source)) {
				source.dispose();
				sourcesById.delete(sourceId);
				void source.whenCacheWritten.then(() => rm(cacheFilePath(context, sourceId), { force: true })).catch(() => undefined);
			}
		}
		sources.setAccounts(currentSources);
		void vscode.commands.executeCommand('setContext', contextKeys.hasAccounts, currentSources.length > 0);
	};
	syncSources();
	context.subscriptions.push(
		store.onDidChange(syncSources),
		// The editor says nothing of a state that came from another window: later than the key did, or without it in a browser.
		vscode.window.onDidChangeWindowState(({ focused }) => {
			if (focused && !isDeepStrictEqual(store.list(), lastSynced)) {
				syncSources();
			}
		}),
		{ dispose: () => sourcesById.forEach((source) => source.dispose()) },
	);
	return { store, actions: accountCommands(store, sources, clock, revealSource, syncSources) };
}

function createAccountSource(context: vscode.ExtensionContext, store: AccountStore, account: StoredAccount, clock: Clock): ConnectSource {
	return new ConnectSource({
		id: account.sourceId,
		account: { id: account.id, name: account.name, endpoint: account.endpoint },
		accountKeyStore: { read: () => store.readApiKey(account), replace: (authorization) => store.replaceApiKey(account, authorization) },
		cacheFile: cacheFilePath(context, account.sourceId),
		clock,
		expiringDays: readExpiringDays,
	});
}

/** Named by a hash: the id of an account comes from elsewhere. */
function cacheFilePath(context: vscode.ExtensionContext, sourceId: string): string {
	const name = createHash('sha256').update(sourceId).digest('hex').slice(0, 32);
	return vscode.Uri.joinPath(context.globalStorageUri, 'accounts', `${name}.json`).fsPath;
}

function isSameAccount(current: ConnectSource['remote']['account'], stored: StoredAccount): boolean {
	return current.id === stored.id && current.name === stored.name && current.endpoint === stored.endpoint;
}
