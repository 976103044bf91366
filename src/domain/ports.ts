import type { Catalog } from './catalog';
import type { Problem } from './problems';
import type { RequestCountsByToken } from './requestLimiter';
import type { HistoryByToken, HistoryEntry } from './tokenHistory';
import type { ChangeTeamCounts, TeamUsage } from './teamUsage';
import type { ReportedUsage, UsageByToken } from './tokenUsage';
import type { RemainingRequests } from './tokenLimits';
import type { KeyVersion, Token, TokenChanges, TokenDraft, TokenRecord } from './token';

/** Returns the current time. */
export type Clock = () => Date;

/** Returns the given number of cryptographically secure random bytes. */
export type RandomBytes = (bytes: number) => Uint8Array;

/** Something that holds resources until it's disposed. */
export interface Disposable {
	dispose(): void;
}

/** A place to store keys: VS Code's secret storage, or the operating system's keychain. */
export type VaultName = 'editor' | 'keychain';

/** Stores plain-text secrets by key ID. Any call can reject because the vault isn't available. */
export interface Vault {
	get(keyId: string): Promise<string | undefined>;
	set(keyId: string, secret: string): Promise<void>;
	/** Does nothing if there's no such key. */
	delete(keyId: string): Promise<void>;
	/** Returns the IDs of all keys in the vault. */
	keyIds(): Promise<readonly string[]>;
}

/** An API key, or the reason why it can't be read. Whether it can be read doesn't affect the token's validity. */
export type KeyReadResult =
	| { readonly authorization: string /* "ApiKey SU-…:<secret>" */ }
	| {
			readonly unavailable: 'notFound' /* or the stored secret is a different one */ | 'vaultFailed' | 'notShown' /* by the platform */;
	  };

/** A valid key of a token, or its last one, without the secret. */
export interface KeyInfo {
	readonly which: KeyVersion;
	/** ISO 8601 UTC; null if it's unknown, in which case the key's lifetime is unknown, too. */
	readonly issuedAt: string | null;
	/** ISO 8601 UTC; null is perpetual. */
	readonly expirationDate: string | null;
}

export interface NewKeyOptions {
	/**
	 * ISO 8601 with a time zone; null if the key doesn't expire. By default, the new key has the same lifetime as the previous one or, if
	 * that's unknown, the lifetime that the platform chooses.
	 */
	readonly expirationDate?: string | null;
}

/** A CloudBlue Connect account that was added to the extension. */
export interface AccountInfo {
	/** `VA-000-000` */
	readonly id: string;
	readonly name: string;
	/** Base URL of the API, without a trailing slash. */
	readonly endpoint: string;
}

/**
 * How much of a list to wait for. `complete` waits for the whole list. `cached` returns what was read before, without a request to the
 * platform. `available` returns the same, or the first page if nothing was read before, and reads the rest in the background. There's no
 * difference for the workspace's source.
 */
export type ReadMode = 'complete' | 'available' | 'cached';

/** How up to date the list of a source on the platform is. */
export interface SyncState {
	/** When the complete list was last read, ISO 8601 UTC; null if it never was. */
	readonly readAt: string | null;
	/** Progress of reading the list; null if it isn't being read. The total is null until the platform has returned it. */
	readonly progress: { readonly loaded: number; readonly total: number | null } | null;
}

/**
 * Provides tokens, and is the only way to change them.
 * Each call rejects with a `ProblemError` when an argument is invalid, or when the source can't be read or changed.
 */
export interface TokenSource {
	/** `workspace`, or an ID for the account: unique among the sources of a window, and the same in each window. */
	readonly id: string;
	/** Additional properties of a source on the platform; undefined for the workspace's source, which is always up to date. */
	readonly remote: RemoteSource | undefined;
	/** Why the last attempt to read the tokens failed, or why they can't be changed; undefined if there's no problem. */
	readonly problem: Problem | undefined;
	/**
	 * Calls `listener` after each change of tokens, no matter whether this window, another one, or someone outside of VS Code made it, and
	 * when `problem` or `remote.syncState` changes.
	 */
	onDidChange(listener: () => void): Disposable;
	/** Returns the extensions and modules that tokens of this source can have. */
	getCatalog(): Promise<Catalog>;
	/** Returns the name of a module, or its ID if the name isn't known (yet). */
	getModuleName(id: string): string;
	/** @param mode how much of the list to wait for; `complete` by default */
	list(mode?: ReadMode): Promise<readonly Token[]>;
	/** Reads everything again. Resolves when it's done, and rejects if it fails. */
	reload(): Promise<void>;
	get(id: string): Promise<Token | undefined>;
	create(draft: TokenDraft): Promise<Token>;
	/**
	 * Changes the properties of a token that can be edited.
	 * @param expectedUpdatedAt the `updated.at` of the token when editing started. The call rejects if the token was changed after that. If
	 * omitted, the token is changed in any case.
	 */
	update(id: string, changes: TokenChanges, expectedUpdatedAt?: string): Promise<Token>;
	/** Makes the token's keys invalid until it's enabled again. */
	disable(id: string): Promise<Token>;
	enable(id: string): Promise<Token>;
	/** Creates a new key. All previous keys become invalid immediately. */
	rotate(id: string, options?: NewKeyOptions): Promise<Token>;
	/** Calls `listener` with the ID of a token that was rotated in this window. */
	onDidRotate(listener: (id: string) => void): Disposable;
	/** Creates a new key. The previous key is valid until its own expiration date. */
	renew(id: string, options?: NewKeyOptions): Promise<Token>;
	delete(id: string): Promise<void>;
	/** Lists the token's valid keys, newest first. If all have expired, it lists the last one. */
	listKeys(id: string): Promise<readonly KeyInfo[]>;
	/** Reads an API key of a token, the current one by default. Rejects if the token or the key doesn't exist. */
	readKey(id: string, which?: KeyVersion): Promise<KeyReadResult>;
	/** Returns how many responses the token got in the last 30 days, and when it was last used. */
	getUsage(id: string): Promise<ReportedUsage>;
	/**
	 * Returns the responses to a token on the team's instances of another engine, or undefined if none were pulled in the last 30 days. Omitted by
	 * sources whose tokens aren't exported.
	 */
	getTeamUsage?(id: string): Promise<TeamUsage | undefined>;
	/** Returns what a token's limits still allow in all windows, or undefined if it has none. Omitted by sources that don't support limits. */
	getRemainingRequests?(id: string): Promise<RemainingRequests | undefined>;
	/** Returns what was done with the token, newest first. For a token of an account, it's what the platform returns: its creation and last change. */
	getHistory(id: string): Promise<readonly HistoryEntry[]>;
}

/** Properties of a source whose tokens belong to a CloudBlue Connect account. */
export interface RemoteSource {
	readonly account: AccountInfo;
	readonly syncState: SyncState;
	/** Whether the account is signed in with a key of this token. Without that key, the source can't be read or changed. */
	usesAsCredential(tokenId: string): Promise<boolean>;
}

/** The source of the tokens that are issued in this workspace. API keys issued elsewhere can be imported. */
export interface WorkspaceTokenSource extends TokenSource {
	readonly remote: undefined;
	/**
	 * Calls `listener` after any window has counted responses, or requests toward the limits of tokens, each at most about once per second, or has
	 * pulled the team's counts. The tokens themselves are unchanged.
	 */
	onDidChangeUsage(listener: () => void): Disposable;
	/** Replaces what the team's instances of another engine have counted with what `change` returns. See `addTeamCounts`. */
	changeTeamCounts(change: ChangeTeamCounts): Promise<void>;
	/** Calls `listener` after any window has recorded something in the history of a token, which happens after the token has changed. */
	onDidChangeHistory(listener: () => void): Disposable;
	/** Returns the tokens as they're stored, with the hashes of their keys, and what was counted toward their limits. */
	readRecords(): Promise<{ readonly tokens: readonly TokenRecord[]; readonly requestCounts: RequestCountsByToken }>;
	/**
	 * Returns the usage and the history of all tokens, and the IDs of those that the team's instances counted responses for, to review many of them.
	 * The history is empty if it can't be read.
	 */
	readActivity(): Promise<{ readonly usage: UsageByToken; readonly history: HistoryByToken; readonly teamTokenIds: ReadonlySet<string> }>;
	/** Creates a token for an API key that was issued elsewhere, in any form that `parsePastedApiKey` accepts. */
	import(apiKey: string, draft: TokenDraft): Promise<Token>;
	/** Makes the key from before a renewal invalid immediately. Only rotating can do that for an account's token, which ends both keys. */
	endPreviousKey(id: string): Promise<Token>;
	/** Ends a lease: its keys are invalid immediately. It's deleted a day later. Rejects if the token isn't a lease, or it has ended already. */
	endLease(id: string): Promise<Token>;
	/** Deletes the leases that ended more than a day ago. */
	deleteEndedLeases(): Promise<void>;
}

/** Tokens that have lost their workspace, and that this workspace can adopt. */
export interface AdoptableTokens {
	/** ID of the token list that they belong to. */
	readonly listId: string;
	/** Path of the workspace that doesn't exist anymore; null if the list belonged to this workspace and only its keys are left. */
	readonly path: string | null;
	/** Empty if nothing but keys is left. */
	readonly tokens: readonly { readonly id: string; readonly name: string }[];
	/** Number of keys that no token references. They can only be removed. */
	readonly unknownKeyCount: number;
}

/** Finds tokens whose workspace was moved, or whose list was lost. */
export interface TokenAdoption {
	/** Returns what can be adopted, the most likely first. Never includes tokens of a workspace that may still exist. */
	find(): Promise<readonly AdoptableTokens[]>;
	/**
	 * Moves tokens with their keys, usage, history, and other files to this workspace. If it's interrupted, nothing is lost, and the next call completes it.
	 * @returns the number of tokens that this workspace has now, except those whose ID another token of this workspace has
	 * @throws ProblemError when the tokens or a vault can't be read or written
	 */
	adopt(tokens: AdoptableTokens): Promise<number>;
	/** Deletes tokens and their keys. */
	remove(tokens: AdoptableTokens): Promise<void>;
}

/** The API that the gateway is configured to forward requests to. */
export interface ConfiguredUpstream {
	/** Base URL. */
	readonly url: string;
	/** The account whose key the gateway sends to the API; null for another credential, or none. */
	readonly account: { readonly sourceId: string; /** Undefined if the account was removed. */ readonly name: string | undefined } | null;
}

/** The gateway's state, and what it's configured for. */
export interface GatewayOverview extends GatewayState {
	/** Null if there's no upstream; undefined if the setting isn't valid. */
	readonly upstream: ConfiguredUpstream | null | undefined;
}

/** Whether the gateway is running, and where. */
export interface GatewayState {
	/** Base URL for requests, with the upstream's path; undefined while the gateway isn't running. */
	readonly url: string | undefined;
	onDidChange(listener: () => void): Disposable;
}
