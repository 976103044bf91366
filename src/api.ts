import * as vscode from 'vscode';
import { problem, unknownTokenProblem } from './domain/problems';
import type { NewKeyOptions, TokenSource } from './domain/ports';
import type { DailyUsage } from './domain/tokenUsage';
import type { TokenSources } from './domain/tokenSources';
import type { Token, TokenChanges, TokenDraft } from './domain/token';
import type { GatewayController } from './gateway/gatewayController';
import { readAuthorization } from './ui/commands/keyAccess';
import { escapeLabel } from './models/localization';

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
	rotate(id: string, options?: NewKeyOptions): Promise<Token>;
	/** A new key beside the one there is, which works until its own date. */
	renew(id: string, options?: NewKeyOptions): Promise<Token>;
	delete(id: string): Promise<void>;
	/** How many responses had which status code, by UTC day: those of the last 30 days that had any, the oldest first. */
	statistics(id: string): Promise<readonly DailyUsage[]>;
	/**
	 * The value of the `Authorization` header, `ApiKey SU-…:…`, in plain text.
	 * Asks the user first; rejects when they decline, or when the key cannot be read here.
	 */
	authorization(id: string): Promise<string>;
}

/** The public API over the sources. Under test there is no user to ask. */
export function createApi(context: vscode.ExtensionContext, sources: TokenSources, gateway: GatewayController): ConnectTokensApi {
	const requiresConsent = context.extensionMode !== vscode.ExtensionMode.Test;
	return {
		version: 1,
		workspace: createTokensApi(sources.workspace, requiresConsent),
		get accounts() {
			return sources.all.flatMap((source) => {
				const account = source.remote?.account;
				return account ? [{ id: account.id, name: account.name, tokens: createTokensApi(source, requiresConsent) }] : [];
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

function createTokensApi(source: TokenSource, requiresConsent: boolean): TokensApi {
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
		statistics: async (id) => (await source.getUsage(id)).days,
		authorization: async (id) => {
			const token = await source.get(id);
			if (!token) {
				throw unknownTokenProblem(id);
			}
			if (requiresConsent && !(await confirmRelease(token))) {
				throw problem('The user denied access to the API key of {0}.', id);
			}
			return readAuthorization(source, id, 'another extension');
		},
	};
}

/** The source's change event as the editor's. */
function toVsCodeEvent(source: TokenSource): vscode.Event<void> {
	return (listener, thisArgs, disposables) => {
		const subscription = vscode.Disposable.from(source.onDidChange(() => void listener.call(thisArgs)));
		disposables?.push(subscription);
		return subscription;
	};
}

async function confirmRelease({ name, id }: Token): Promise<boolean> {
	const allow = vscode.l10n.t('Allow');
	const choice = await vscode.window.showWarningMessage(
		vscode.l10n.t('An extension wants to read the API key for “{0}” ({1}).', escapeLabel(name), id),
		{ modal: true, detail: vscode.l10n.t('With this key, the extension can call the API as this token.') },
		allow,
	);
	return choice === allow;
}
