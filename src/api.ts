import * as vscode from 'vscode';
import { problem, unknownToken } from './domain/problems';
import type { KeyOptions, TokenSource } from './domain/ports';
import type { DayStatistics } from './domain/statistics';
import type { TokenSources } from './domain/sources';
import type { Token, TokenChanges, TokenDraft } from './domain/token';
import type { GatewayController } from './gateway/controller';
import { readAuthorization } from './ui/commands/keys';
import { verbatim } from './ui/messages';

/** What `activate` returns: `vscode.extensions.getExtension('connect-tokens.connect-tokens').activate()`. */
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
	/** Starts it unless it runs. Its URL carries the upstream's path. Rejects with the reason when it cannot be started. */
	start(): Promise<{ url: string }>;
	/** Writes down what it has counted and ends it. */
	stop(): Promise<void>;
	/** Undefined while it does not run. */
	readonly url: string | undefined;
}

/** The tokens of one source. Calls reject with an error whose message names the field and its limit, or the id that is unknown. */
export interface TokensApi {
	/** Fires after every change of a token, whoever made it. */
	readonly onDidChange: vscode.Event<void>;
	list(): Promise<readonly Token[]>;
	get(id: string): Promise<Token | undefined>;
	/** Creates a token; its key is read with `authorization`. */
	create(draft: TokenDraft): Promise<Token>;
	/** Changes what is named and leaves the rest. */
	update(id: string, changes: TokenChanges): Promise<Token>;
	enable(id: string): Promise<Token>;
	disable(id: string): Promise<Token>;
	/** A new key, and the end of every other; the lifetime stays the same unless a date, or null for ever, is given. */
	rotate(id: string, options?: KeyOptions): Promise<Token>;
	/** A new key beside the one there is, which works until its own date. */
	renew(id: string, options?: KeyOptions): Promise<Token>;
	delete(id: string): Promise<void>;
	/** How many responses had which status code, by UTC day: those of the last 30 days that had any, the oldest first. */
	statistics(id: string): Promise<readonly DayStatistics[]>;
	/**
	 * The value of the `Authorization` header, `ApiKey SU-…:…`, in plain text.
	 * Asks the user first; rejects when they decline, or when the key cannot be read here.
	 */
	authorization(id: string): Promise<string>;
}

/** The public API over the sources. Under test there is no user to ask. */
export function createApi(context: vscode.ExtensionContext, sources: TokenSources, gateway: GatewayController): ConnectTokensApi {
	const asks = context.extensionMode !== vscode.ExtensionMode.Test;
	return {
		version: 1,
		workspace: tokensApi(sources.workspace, asks),
		get accounts() {
			return sources.all.flatMap((source) => {
				const { account } = source;
				return account ? [{ id: account.id, name: account.name, tokens: tokensApi(source, asks) }] : [];
			});
		},
		gateway: {
			start: async () => ({ url: await gateway.start() }),
			stop: () => gateway.stop(),
			get url() {
				return gateway.url;
			},
		},
	};
}

function tokensApi(source: TokenSource, asks: boolean): TokensApi {
	return {
		onDidChange: changeEvent(source),
		list: () => source.list(),
		get: (id) => source.get(id),
		create: (draft) => source.create(draft),
		update: (id, changes) => source.update(id, changes),
		enable: (id) => source.enable(id),
		disable: (id) => source.disable(id),
		rotate: (id, options) => source.rotate(id, options),
		renew: (id, options) => source.renew(id, options),
		delete: (id) => source.delete(id),
		statistics: async (id) => (await source.statistics(id)).days,
		authorization: async (id) => {
			const token = await source.get(id);
			if (!token) {
				throw unknownToken(id);
			}
			if (asks && !(await userAllows(token))) {
				throw problem('The user declined to hand out the API key of {0}.', id);
			}
			return readAuthorization(source, id);
		},
	};
}

/** The source's change event as the editor's. */
function changeEvent(source: TokenSource): vscode.Event<void> {
	return (listener, thisArgs, disposables) => {
		const listening = vscode.Disposable.from(source.onDidChange(() => void listener.call(thisArgs)));
		disposables?.push(listening);
		return listening;
	};
}

async function userAllows({ name, id }: Token): Promise<boolean> {
	const allow = vscode.l10n.t('Allow');
	const answer = await vscode.window.showWarningMessage(
		vscode.l10n.t('Another extension asks for the API key of “{0}” ({1}).', verbatim(name), id),
		{ modal: true, detail: vscode.l10n.t('With the key it can call the API as this token.') },
		allow,
	);
	return answer === allow;
}
