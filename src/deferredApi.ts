import * as vscode from 'vscode';
import type { AccountApi, ConnectTokensApi, TokensApi } from './api';
import { ACCOUNTS } from './ui/ids';

/** The public API before what stands behind it has been loaded, which its first use does. */
export function deferApi(
	context: vscode.ExtensionContext,
	open: () => Promise<ConnectTokensApi>,
	opened: () => ConnectTokensApi | undefined,
): ConnectTokensApi {
	let accounts: readonly AccountApi[] | undefined;
	return {
		version: 1,
		workspace: deferTokens(context, async () => (await open()).workspace),
		get accounts() {
			return opened()?.accounts ?? (accounts ??= deferAccounts(context, open));
		},
		gateway: {
			start: async () => (await open()).gateway.start(),
			stop: async () => (await open()).gateway.stop(),
			get url() {
				return opened()?.gateway.url;
			},
		},
	};
}

/** The accounts by what the editor's state says of them. */
function deferAccounts(context: vscode.ExtensionContext, open: () => Promise<ConnectTokensApi>): readonly AccountApi[] {
	return accountsIn(context).map(({ id, name, endpoint }) => ({
		id,
		name,
		tokens: deferTokens(context, async () => {
			const { accounts } = await open();
			// Several may be of one id, and those before it may have been removed.
			const index = accountsIn(context).findIndex((one) => one.id === id && one.endpoint === endpoint);
			if (accounts[index]?.id !== id) {
				throw new Error(`The account ${id} has been removed.`);
			}
			return accounts[index].tokens;
		}),
	}));
}

function accountsIn({ globalState }: vscode.ExtensionContext): readonly { id: string; name: string; endpoint: string }[] {
	const accounts = globalState.get<unknown>(ACCOUNTS);
	return Array.isArray(accounts) ? (accounts as { id: string; name: string; endpoint: string }[]) : [];
}

function deferTokens(context: vscode.ExtensionContext, open: () => Promise<TokensApi>): TokensApi {
	return {
		onDidChange: deferEvent(context, open),
		list: async () => (await open()).list(),
		get: async (id) => (await open()).get(id),
		create: async (draft) => (await open()).create(draft),
		update: async (id, changes) => (await open()).update(id, changes),
		enable: async (id) => (await open()).enable(id),
		disable: async (id) => (await open()).disable(id),
		rotate: async (id, options) => (await open()).rotate(id, options),
		renew: async (id, options) => (await open()).renew(id, options),
		delete: async (id) => (await open()).delete(id),
		statistics: async (id) => (await open()).statistics(id),
		authorization: async (id) => (await open()).authorization(id),
	};
}

/** The event, listening to its origin only once somebody listens to it. */
function deferEvent(context: vscode.ExtensionContext, open: () => Promise<TokensApi>): vscode.Event<void> {
	const changed = new vscode.EventEmitter<void>();
	context.subscriptions.push(changed);
	let listening: Promise<unknown> | undefined;
	return (...listener) => {
		listening ??= open()
			.then(({ onDidChange }) => context.subscriptions.push(onDidChange(() => changed.fire())))
			.catch(() => undefined);
		return changed.event(...listener);
	};
}
