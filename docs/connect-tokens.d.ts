// The public API of the VS Code extension connect-tokens.connect-tokens. Generated from src/api.ts by "npm run docs"; don't edit.
import type * as vscode from 'vscode';

/** The public API: the result of `vscode.extensions.getExtension('connect-tokens.connect-tokens').activate()`. */
export interface ConnectTokensApi {
	readonly version: 1;
	/** The tokens of the open workspace. */
	readonly workspace: TokensApi;
	/** The tokens of the Connect accounts that the user has added. */
	readonly accounts: readonly AccountApi[];
	readonly gateway: GatewayApi;
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
	/** Number of responses by status code for each UTC day of the last 30 that had any, oldest first. */
	statistics(id: string): Promise<readonly DailyUsage[]>;
	/**
	 * The value of the `Authorization` header, `ApiKey SU-…:…`, in plain text.
	 * Asks the user first. Rejects if they decline, or if the key can't be read.
	 */
	authorization(id: string): Promise<string>;
}

/** A token as users and callers of the API see it. Its key is not part of it. */
export interface Token {
	/** `SU-631-646-036`, unique in its source. */
	readonly id: string;
	/** 1–128 characters. */
	readonly name: string;
	/** At most 128 characters. */
	readonly externalId: string | null;
	/** At most 255 characters. */
	readonly description: string;
	readonly extension: { readonly id: string; readonly name: string };
	/** Module ids; `['MD-0000']` is all modules. */
	readonly permissions: readonly string[];
	/** Derived from the clock, never stored. */
	readonly status: TokenStatus;
	/** What the platform calls a status that is `other`. */
	readonly platformStatus?: string;
	/** ISO 8601 UTC; null is perpetual. */
	readonly expirationDate: string | null;
	/** The new key's date while the previous key still works. */
	readonly renewedExpirationDate: string | null;
	readonly created: Stamp;
	readonly updated: Stamp;
}

/** `other` is any status of a platform that is none of those known here. */
export type TokenStatus = 'active' | 'expiring' | 'revitalised' | 'expired' | 'inactive' | 'other';

/** Who did something, and when. */
export interface Stamp {
	/** ISO 8601 UTC. */
	readonly at: string;
	readonly by: string;
}

/** What a new token is made from. */
export interface TokenDraft {
	readonly name: string;
	readonly externalId?: string | null;
	readonly description?: string;
	/** Id of an extension of the catalogue; Custom when left out. */
	readonly extension?: string;
	/** Module ids; none when left out, and then only the shared paths are reached. */
	readonly permissions?: readonly string[];
	/** ISO 8601 with a time zone, in the future; null or left out is perpetual. */
	readonly expirationDate?: string | null;
}

/** What of a token can be edited; what is left out stays as it is. */
export type TokenChanges = Partial<Pick<TokenDraft, 'name' | 'externalId' | 'description' | 'permissions'>>;

/**
 * How long a new key shall work: ISO 8601 with a time zone, or null for ever. Left out, the lifetime of the key before it where that is
 * known, and otherwise what the platform decides.
 */
export interface NewKeyOptions {
	readonly expirationDate?: string | null;
}

/** The responses to one token on one day. */
export interface DailyUsage {
	/** `yyyy-mm-dd`, UTC. */
	readonly date: string;
	readonly statuses: StatusCounts;
}

/** How many responses had which status code. */
export type StatusCounts = Readonly<Record<string /* status code, three digits */, number>>;

/** A Connect account and its tokens. */
export interface AccountApi {
	readonly id: string;
	readonly name: string;
	readonly tokens: TokensApi;
}

/** The loopback gateway that enforces the workspace's tokens. */
export interface GatewayApi {
	/** Starts the gateway unless it's running. The URL includes the upstream's path. Rejects with the reason if the gateway can't be started. */
	start(): Promise<{ url: string }>;
	/** Saves the usage counted so far and stops the gateway. */
	stop(): Promise<void>;
	/** Undefined while the gateway isn't running. */
	readonly url: string | undefined;
}
