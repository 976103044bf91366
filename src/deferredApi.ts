import * as vscode from 'vscode';
import type { AccountApi, ConnectTokensApi, TokensApi } from './api';
import { ACCOUNTS_STATE_KEY } from './models/manifestIds';

/** Creates a public API that loads the implementation when it's first used. */
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
			...deferMethods(async () => (await loadApi()).gateway, ['start', 'stop']),
			get url() {
				return getLoadedApi()?.gateway.url;
			},
		},
	};
}

/** Creates the accounts that are stored in the extension's global state. */
function createDeferredAccounts(context: vscode.ExtensionContext, loadApi: () => Promise<ConnectTokensApi>): readonly AccountApi[] {
	return readStoredAccounts(context).map(({ id, name, endpoint }) => ({
		id,
		name,
		tokens: createDeferredTokens(context, async () => {
			const { accounts } = await loadApi();
			// Accounts at different endpoints can have the same ID, and accounts might have been removed in the meantime.
			const index = readStoredAccounts(context).findIndex((account) => account.id === id && account.endpoint === endpoint);
			if (accounts[index]?.id !== id) {
				throw new Error(`Account ${id} was removed. Read the accounts property again.`);
			}
			return accounts[index].tokens;
		}),
	}));
}

function readStoredAccounts({ globalState }: vscode.ExtensionContext): readonly { id: string; name: string; endpoint: string }[] {
	const accounts = globalState.get<unknown>(ACCOUNTS_STATE_KEY);
	return Array.isArray(accounts) ? (accounts as { id: string; name: string; endpoint: string }[]) : [];
}

const TOKEN_METHODS = [
	'list',
	'get',
	'create',
	'update',
	'enable',
	'disable',
	'rotate',
	'renew',
	'delete',
	'statistics',
	'authorization',
] as const satisfies readonly AsyncMethod<TokensApi>[];

function createDeferredTokens(context: vscode.ExtensionContext, loadTokens: () => Promise<TokensApi>): TokensApi {
	return { onDidChange: createDeferredEvent(context, loadTokens), ...deferMethods(loadTokens, TOKEN_METHODS) };
}

/** Names of the methods of `T` that return a promise. */
type AsyncMethod<T> = { [Name in keyof T]: T[Name] extends (...args: never[]) => Promise<unknown> ? Name : never }[keyof T];

/** Creates methods that load their object and call its method of the same name. */
function deferMethods<T, Name extends AsyncMethod<T>>(load: () => Promise<T>, names: readonly Name[]): Pick<T, Name> {
	const methods = names.map((name) => [
		name,
		async (...args: unknown[]) => {
			const target = (await load()) as Record<Name, (...args: unknown[]) => Promise<unknown>>;
			return target[name](...args);
		},
	]);
	return Object.fromEntries(methods) as Pick<T, Name>;
}

/** Creates an event whose source is loaded when the first listener is added. */
function createDeferredEvent(context: vscode.ExtensionContext, loadTokens: () => Promise<TokensApi>): vscode.Event<void> {
	const changeEmitter = new vscode.EventEmitter<void>();
	context.subscriptions.push(changeEmitter);
	let subscription: Promise<unknown> | undefined;
	return (...listener) => {
		subscription ??= loadTokens()
			.then(({ onDidChange }) => context.subscriptions.push(onDidChange(() => changeEmitter.fire())))
			// The account was removed, so it has no more changes. Any other call reports that.
			.catch(() => undefined);
		return changeEmitter.event(...listener);
	};
}
