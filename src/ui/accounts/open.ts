import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import { ConnectSource } from '../../sources/connect/connectSource';
import { contextKeys } from '../ids';
import { expiringDays } from '../settings';
import type { ShowSource } from '../tree/create';
import { accountActions } from './actions';
import { AccountStore, type StoredAccount } from './accountStore';

/** The accounts that the user has added, as sources of tokens, and the commands on them. Nothing is asked of a platform yet. */
export function openAccounts(context: vscode.ExtensionContext, sources: TokenSources, clock: Clock, show: ShowSource) {
	const store = new AccountStore(context.globalState, context.secrets);
	const opened = new Map<string, ConnectSource>();
	let followed: readonly StoredAccount[] = [];
	const follow = () => {
		const accounts = (followed = store.list());
		const kept = accounts.map((account) => {
			const there = opened.get(account.sourceId);
			if (there && sameAccount(there.account, account)) {
				return there;
			}
			there?.dispose();
			const source = openSource(context, store, account, clock);
			opened.set(account.sourceId, source);
			return source;
		});
		for (const [sourceId, source] of opened) {
			if (!kept.includes(source)) {
				source.dispose();
				opened.delete(sourceId);
				void source.written.then(() => rm(cacheFileOf(context, sourceId), { force: true })).catch(() => undefined);
			}
		}
		sources.setAccounts(kept);
		void vscode.commands.executeCommand('setContext', contextKeys.hasAccounts, kept.length > 0);
	};
	follow();
	context.subscriptions.push(
		store.onDidChange(follow),
		// The editor says nothing of a state that came from another window: later than the key did, or without it in a browser.
		vscode.window.onDidChangeWindowState(({ focused }) => {
			if (focused && !isDeepStrictEqual(store.list(), followed)) {
				follow();
			}
		}),
		{ dispose: () => opened.forEach((source) => source.dispose()) },
	);
	return { store, actions: accountActions(store, sources, clock, show, follow) };
}

function openSource(context: vscode.ExtensionContext, store: AccountStore, account: StoredAccount, clock: Clock): ConnectSource {
	return new ConnectSource({
		id: account.sourceId,
		account: { id: account.id, name: account.name, endpoint: account.endpoint },
		credential: { read: () => store.readKey(account), replace: (authorization) => store.writeKey(account, authorization) },
		cacheFile: cacheFileOf(context, account.sourceId),
		clock,
		expiringDays,
	});
}

/** Named by a hash: the id of an account comes from elsewhere. */
function cacheFileOf(context: vscode.ExtensionContext, sourceId: string): string {
	const name = createHash('sha256').update(sourceId).digest('hex').slice(0, 32);
	return vscode.Uri.joinPath(context.globalStorageUri, 'accounts', `${name}.json`).fsPath;
}

function sameAccount(one: ConnectSource['account'], other: StoredAccount): boolean {
	return one.id === other.id && one.name === other.name && one.endpoint === other.endpoint;
}
