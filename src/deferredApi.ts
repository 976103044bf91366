import * as vscode from 'vscode';
import type { AccountApi, ConnectTokensApi, TokensApi } from './api';
import { ACCOUNTS_STATE_KEY } from './models/manifestIds';

/** The public API before what stands behind it has been loaded, which its first use does. */
export function createDeferredApi(
	context: vscode.ExtensionContext,
	loadApi: () => Promise<ConnectTokensApi>,
	getLoadedApi: () => ConnectTokensApi | undefined,
): ConnectTokensApi {
	let deferredAccounts: readonly AccountApi[] | undefined;
	return {
		version: 1,
		workspace: createDeferredTokens(context, async () => (await loadApi()).workspace),
		get accounts() {
			return getLoadedApi()?.accounts ?? (deferredAccounts ??= createDeferredAccounts(context, loadApi));
		},
		gateway: {
			start: async () => (await loadApi()).gateway.start(),
			stop: async () => (await loadApi()).gateway.stop(),
			get url() {
				return getLoadedApi()?.gateway.url;
			},
		},
	};
}

/** The accounts by what the editor's state says of them. */
function createDeferredAccounts(context: vscode.ExtensionContext, loadApi: () => Promise<ConnectTokensApi>): readonly AccountApi[] {
	return readStoredAccounts(context).map(({ id, name, endpoint }) => ({
		id,
		name,
		tokens: createDeferredTokens(context, async () => {
			const { accounts } = await loadApi();
			// Several may be of one id, and those before it may have been removed.
			const index = readStoredAccounts(context).findIndex((one) => one.id === id && one.endpoint === endpoint);
			if (accounts[index]?.id !== id) {
				throw new Error(`Account ${id} was removed.`);
			}
			return accounts[index].tokens;
		}),
	}));
}

function readStoredAccounts({ globalState }: vscode.ExtensionContext): readonly { id: string; name: string; endpoint: string }[] {
	const accounts = globalState.get<unknown>(ACCOUNTS_STATE_KEY);
	return Array.isArray(accounts) ? (accounts as { id: string; name: string; endpoint: string }[]) : [];
}

function createDeferredTokens(context: vscode.ExtensionContext, loadTokens: () => Promise<TokensApi>): TokensApi {
	return {
		onDidChange: createDeferredEvent(context, loadTokens),
		list: async () => (await loadTokens()).list(),
		get: async (id) => (await loadTokens()).get(id),
		create: async (draft) => (await loadTokens()).create(draft),
		update: async (id, changes) => (await loadTokens()).update(id, changes),
		enable: async (id) => (await loadTokens()).enable(id),
		disable: async (id) => (await loadTokens()).disable(id),
		rotate: async (id, options) => (await loadTokens()).rotate(id, options),
		renew: async (id, options) => (await loadTokens()).renew(id, options),
		delete: async (id) => (await loadTokens()).delete(id),
		statistics: async (id) => (await loadTokens()).statistics(id),
		authorization: async (id) => (await loadTokens()).authorization(id),
	};
}

/** The event, listening to its origin only once somebody listens to it. */
function createDeferredEvent(context: vscode.ExtensionContext, loadTokens: () => Promise<TokensApi>): vscode.Event<void> {
	const changeEmitter = new vscode.EventEmitter<void>();
	context.subscriptions.push(changeEmitter);
	let subscription: Promise<unknown> | undefined;
	return (...listener) => {
		subscription ??= loadTokens()
			.then(({ onDidChange }) => context.subscriptions.push(onDidChange(() => changeEmitter.fire())))
			.catch(() => undefined);
		return changeEmitter.event(...listener);
	};
}
