import type { Catalog } from './catalog';
import type { Problem } from './problems';
import type { ReportedUsage } from './tokenUsage';
import type { Token, TokenChanges, TokenDraft } from './token';

/** The current instant. */
export type Clock = () => Date;

/** That many random bytes, fit for secrets. */
export type RandomBytes = (bytes: number) => Uint8Array;

/** Something to let go of once it is no longer needed. */
export interface Disposable {
	dispose(): void;
}

/** Where plaintext secrets lie: one secret per key id. Every call may reject when the vault cannot be reached. */
export interface Vault {
	get(keyId: string): Promise<string | undefined>;
	set(keyId: string, secret: string): Promise<void>;
	/** Removing what is not there is no error. */
	delete(keyId: string): Promise<void>;
	/** Ids of all keys that this vault holds. */
	keyIds(): Promise<readonly string[]>;
}

/** A key as its owner may read it, or why it cannot be read. The token itself goes on working without. */
export type KeyReadResult =
	| { readonly authorization: string /* "ApiKey SU-…:<secret>" */ }
	| {
			readonly unavailable:
				'notFound' /* the vault holds no such secret, or another one */ | 'vaultFailed' | 'notShown'; /* by the platform */
	  };

/** Which key of a token: the newest, or the one before it that works until its own date after a renewal. */
export type KeyVersion = 'current' | 'previous';

/** A key of a token that works, or did last, without its secret. */
export interface KeyInfo {
	readonly which: KeyVersion;
	/** ISO 8601 UTC; null where that is not known, and no lifetime to be proposed again. */
	readonly issuedAt: string | null;
	/** ISO 8601 UTC; null is perpetual. */
	readonly expirationDate: string | null;
}

/**
 * How long a new key shall work: ISO 8601 with a time zone, or null for ever. Left out, the lifetime of the key before it where that is
 * known, and otherwise what the platform decides.
 */
export interface NewKeyOptions {
	readonly expirationDate?: string | null;
}

/** An account of the platform, as it is known here. */
export interface AccountInfo {
	/** `VA-000-000` */
	readonly id: string;
	readonly name: string;
	/** Base URL of its API, without a slash at the end. */
	readonly endpoint: string;
}

/**
 * How much of a list to wait for: `all` of it; what is `known`, with no call to a platform; or what can be shown `now`, which is what is
 * known, or the first page where nothing is, and has the rest read meanwhile. Where a source is on this machine they are the same.
 */
export type ReadMode = 'complete' | 'available' | 'cached';

/** How current a source is that has to be asked over the network. */
export interface SyncState {
	/** When the list was last read whole, ISO 8601 UTC; null before. */
	readonly readAt: string | null;
	/** How far the reading is that is under way; null when there is none. The total is null until the platform has said it. */
	readonly progress: { readonly loaded: number; readonly total: number | null } | null;
}

/**
 * Where tokens come from, and the only way to change them.
 * Every call rejects with a `ProblemError` when an argument is invalid or the source cannot be read or written.
 */
export interface TokenSource {
	/** `workspace`, or what stands for an account: unique among the sources of a window, and the same in every one. */
	readonly id: string;
	/** What a source on a platform has in addition; undefined for the workspace's source, which is always current. */
	readonly remote: RemoteSource | undefined;
	/** Why the tokens could not be read the last time, or why they cannot be changed; undefined when all is well. */
	readonly problem: Problem | undefined;
	/** Called after any change, whoever made it: this window, another one, or a person with an editor; and when problem or freshness change. */
	onDidChange(listener: () => void): Disposable;
	/** What tokens can be created for here, and the modules they can be given. */
	getCatalog(): Promise<Catalog>;
	/** What a module is called here; its id where that is not known, or not yet. */
	getModuleName(id: string): string;
	/** @param mode how much to wait for; all unless told otherwise */
	list(mode?: ReadMode): Promise<readonly Token[]>;
	/** Reads everything anew; resolves once that is done, rejects when it could not be. */
	reload(): Promise<void>;
	get(id: string): Promise<Token | undefined>;
	create(draft: TokenDraft): Promise<Token>;
	/**
	 * Changes what of a token can be edited.
	 * @param expectedUpdatedAt the `updated.at` of the token that the changes were made to: when somebody else has changed it since, the
	 * call rejects; left out, whatever is there is changed
	 */
	update(id: string, changes: TokenChanges, expectedUpdatedAt?: string): Promise<Token>;
	/** The token's keys are refused until it is enabled again. */
	disable(id: string): Promise<Token>;
	enable(id: string): Promise<Token>;
	/** A new key; every key before it is over at once. */
	rotate(id: string, options?: NewKeyOptions): Promise<Token>;
	/** Called with the id of a token that has been rotated from this window. */
	onDidRotate(listener: (id: string) => void): Disposable;
	/** A new key; the key before it works until its own date. */
	renew(id: string, options?: NewKeyOptions): Promise<Token>;
	delete(id: string): Promise<void>;
	/** The token's keys that work, the newest first; a token whose keys are over has its last. */
	listKeys(id: string): Promise<readonly KeyInfo[]>;
	/** The plaintext of a key of a token, the newest unless told otherwise. Rejects when there is no such token or key. */
	readKey(id: string, which?: KeyVersion): Promise<KeyReadResult>;
	/** How often the token was used in the last 30 days, and when last. */
	getUsage(id: string): Promise<ReportedUsage>;
}

/** What only a source has whose tokens belong to an account and are read over the network. */
export interface RemoteSource {
	readonly account: AccountInfo;
	readonly syncState: SyncState;
	/** Whether the account is signed in with a key of this token. Without that key, the source can't be read or changed. */
	usesAsCredential(tokenId: string): Promise<boolean>;
}

/** The source of the tokens that are issued in this workspace. API keys issued elsewhere can be imported. */
export interface WorkspaceTokenSource extends TokenSource {
	readonly remote: undefined;
	/** Calls `listener` after any window has counted responses, about once a second at most. The tokens themselves are unchanged. */
	onDidChangeUsage(listener: () => void): Disposable;
	/** Takes in a key that was issued elsewhere, `ApiKey SU-…:<secret>` or without its scheme, as a token of this source. */
	import(apiKey: string, draft: TokenDraft): Promise<Token>;
}

/** The gateway, for those who only need to know whether it runs. */
export interface GatewayState {
	/** Where it takes requests, with the upstream's path; undefined while it does not run. */
	readonly url: string | undefined;
	onDidChange(listener: () => void): Disposable;
}
