import * as vscode from 'vscode';
import { unknownTokenProblem } from './domain/problems';
import type { NewKeyOptions, TokenSource } from './domain/ports';
import type { DailyUsage } from './domain/tokenUsage';
import type { TokenSources } from './domain/tokenSources';
import type { Token, TokenChanges, TokenDraft } from './domain/token';
import type { GatewayController } from './gateway/gatewayController';
import type { KeyLoader } from './ui/keys/keyLoader';
import { showListening } from './ui/gateway/startGatewayFor';

/** The public API: the result of `vscode.extensions.getExtension('connect-tokens.connect-tokens').activate()`. */
export interface ConnectTokensApi {
	readonly version: 1;
	/** The tokens of the open workspace. */
	readonly workspace: TokensApi;
	/** The tokens of the Connect accounts that the user has added. */
	readonly accounts: readonly AccountApi[];
	readonly gateway: GatewayApi;
}

/** A Connect account and its tokens. */
export interface AccountApi {
	readonly id: string;
	readonly name: string;
	readonly tokens: TokensApi;
}

/** The loopback gateway that enforces the workspace's tokens. */
export interface GatewayApi {
	/** Starts the gateway unless it's running. The URL includes the upstream's path, `/public/v1` without one. Rejects with the reason if the gateway can't be started. */
	start(): Promise<{ url: string }>;
	/** Saves the usage counted so far and stops the gateway. */
	stop(): Promise<void>;
	/** Undefined while the gateway isn't running. */
	readonly url: string | undefined;
}

/** The tokens of the workspace or an account. Calls reject with an error that names the invalid field and its limit, or the unknown ID. */
export interface TokensApi {
	/** Fires after every change to a token, including changes made outside this window. */
	readonly onDidChange: vscode.Event<void>;
	list(): Promise<readonly Token[]>;
	get(id: string): Promise<Token | undefined>;
	/** Creates a token. Call `authorization` to get its API key. */
	create(draft: TokenDraft): Promise<Token>;
	/** Changes the given fields only. */
	update(id: string, changes: TokenChanges): Promise<Token>;
	enable(id: string): Promise<Token>;
	disable(id: string): Promise<Token>;
	/** Replaces all keys with a new one. It has the same lifetime as the current key unless an expiration date, or null for none, is given. */
	rotate(id: string, options?: NewKeyOptions): Promise<Token>;
	/** Adds a new key. The current key stays valid until its own expiration date. */
	renew(id: string, options?: NewKeyOptions): Promise<Token>;
	delete(id: string): Promise<void>;
	/**
	 * Number of responses by status code for each UTC day of the last 30 that had any, oldest first. `modules` counts the requests that the
	 * gateway allowed, by module and by whether they only read; it's empty for tokens of an account.
	 */
	statistics(id: string): Promise<readonly Required<DailyUsage>[]>;
	/**
	 * The value of the `Authorization` header, `ApiKey SU-…:…`, in plain text.
	 * Asks the user first. Rejects if they decline, or if the key can't be read.
	 */
	authorization(id: string): Promise<string>;
}

/** Creates the public API. */
export function createApi(sources: TokenSources, gateway: GatewayController, keys: KeyLoader): ConnectTokensApi {
	return {
		version: 1,
		workspace: createTokensApi(sources.workspace, keys),
		get accounts() {
			return sources.all.flatMap((source) => {
				const account = source.remote?.account;
				return account ? [{ id: account.id, name: account.name, tokens: createTokensApi(source, keys) }] : [];
			});
		},
		gateway: {
			start: async () => {
				const isRunning = gateway.url !== undefined;
				const url = await gateway.start();
				if (!isRunning) {
					showListening(url);
				}
				return { url };
			},
			stop: () => gateway.stop(),
			get url() {
				return gateway.url;
			},
		},
	};
}

function createTokensApi(source: TokenSource, keys: KeyLoader): TokensApi {
	return {
		onDidChange: toVsCodeEvent(source),
		list: () => source.list(),
		get: (id) => source.get(id),
		create: (draft) => source.create(draft),
		update: (id, changes) => source.update(id, changes),
		enable: (id) => source.enable(id),
		disable: (id) => source.disable(id),
		rotate: (id, options) => source.rotate(id, options),
		renew: (id, options) => source.renew(id, options),
		delete: (id) => source.delete(id),
		statistics: async (id) => (await source.getUsage(id)).days.map((day) => ({ ...day, modules: day.modules ?? {} })),
		authorization: async (id) => {
			const token = await source.get(id);
			if (!token) {
				throw unknownTokenProblem(id);
			}
			return keys.release({ found: { source, token }, requester: { kind: 'api' }, sessionId: 'window', consent: 'ask' });
		},
	};
}

/** Converts a source's change event to a VS Code event. */
function toVsCodeEvent(source: TokenSource): vscode.Event<void> {
	return (listener, thisArgs, disposables) => {
		const subscription = vscode.Disposable.from(source.onDidChange(() => void listener.call(thisArgs)));
		disposables?.push(subscription);
		return subscription;
	};
}
