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

/** A token as users and API callers see it, without its API key. */
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
	/** Module IDs, with `:read` at the end of those that the token may only read; `MD-0000` stands for all modules. */
	readonly permissions: readonly string[];
	/** How many requests the gateway allows; omitted if there's no limit, as for tokens of an account. */
	readonly limits?: TokenLimits;
	/** When the gateway asks before it forwards a request; omitted if never, as for tokens of an account. */
	readonly approval?: Approval;
	/** The task that a token of the workspace was leased to an agent for; omitted for all other tokens. */
	readonly lease?: Lease;
	/** Derived from the clock, never stored. */
	readonly status: TokenStatus;
	/** The platform's name for the status if `status` is `other`. */
	readonly platformStatus?: string;
	/** ISO 8601 UTC; null if the token doesn't expire. */
	readonly expirationDate: string | null;
	/** Expiration date of the new key while the previous key is still valid. */
	readonly renewedExpirationDate: string | null;
	/** When the current key was issued, ISO 8601 UTC; omitted if that's unknown, as for tokens of an account. */
	readonly keyIssuedAt?: string;
	readonly created: Stamp;
	readonly updated: Stamp;
}

/** How many requests the gateway allows a token to make. At least one of the limits is set. */
export interface TokenLimits {
	/** Requests per period, counted in a sliding window. */
	readonly rate?: { readonly requests: number; readonly per: RatePeriod };
	/** Requests in total, counted since the token has had a total. */
	readonly total?: number;
}

/** Periods that a rate can be counted in. */
export type RatePeriod = 'second' | 'minute' | 'hour' | 'day';

/** When the gateway asks the user before it forwards a request: never, for requests that can write, or for all requests. */
export type Approval = 'never' | 'writes' | 'always';

/** What makes a token a lease: a token of the workspace for one task of an agent. */
export interface Lease {
	/** What the agent wants to do, as it or the user described it: 1–200 characters. */
	readonly task: string;
	/** Who got the token, as the agent calls itself, which proves nothing: 1–60 characters. */
	readonly agent: string;
}

/** `other` is any platform status that isn't one of the known ones. */
export type TokenStatus = 'active' | 'expiring' | 'revitalised' | 'expired' | 'inactive' | 'other';

/** Who did something, and when. */
export interface Stamp {
	/** ISO 8601 UTC. */
	readonly at: string;
	readonly by: string;
}

/** The properties of a token to create. */
export interface TokenDraft {
	readonly name: string;
	readonly externalId?: string | null;
	readonly description?: string;
	/** ID of an extension in the catalog; Custom by default. */
	readonly extension?: string;
	/**
	 * Module IDs; none by default, so only the shared paths are accessible. `MD-0007:read` allows only GET, HEAD, and OPTIONS requests, which
	 * accounts don't support.
	 */
	readonly permissions?: readonly string[];
	/** How many requests the gateway allows; no limit by default. Accounts don't support it. */
	readonly limits?: TokenLimits | null;
	/** When the gateway asks the user before it forwards a request; `never` by default. Accounts don't support it. */
	readonly approval?: Approval;
	/** Makes the token a lease, which expires within `MAX_LEASE_MS`. Accounts don't support it. */
	readonly lease?: Lease;
	/** ISO 8601 with a time zone, in the future; null or omitted if the token doesn't expire. */
	readonly expirationDate?: string | null;
}

/** The properties of a token to change; omitted ones stay as they are. */
export type TokenChanges = Partial<Pick<TokenDraft, 'name' | 'externalId' | 'description' | 'permissions' | 'limits' | 'approval'>>;

export interface NewKeyOptions {
	/**
	 * ISO 8601 with a time zone; null if the key doesn't expire. By default, the new key has the same lifetime as the previous one or, if
	 * that's unknown, the lifetime that the platform chooses.
	 */
	readonly expirationDate?: string | null;
}

/** Number of responses to requests with a token on a single day. */
export interface DailyUsage {
	/** `yyyy-mm-dd`, UTC. */
	readonly date: string;
	readonly statuses: StatusCounts;
	/**
	 * Allowed requests by module ID, with `MD-0000` for those that only access to all modules allows. Paths that several modules or all tokens
	 * share don't count. Omitted if there are none.
	 */
	readonly modules?: ModuleCounts;
}

/** Number of responses by status code. */
export type StatusCounts = Readonly<Record<string /* status code, three digits */, number>>;

/** Number of allowed requests that could only read, and of all others, by module ID. */
export type ModuleCounts = Readonly<Record<string, { readonly read: number; readonly write: number }>>;

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
