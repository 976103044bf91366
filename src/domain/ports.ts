import type { Problem } from './problems';
import type { Token, TokenDraft } from './token';

/** The current instant. */
export type Clock = () => Date;

/** That many random bytes, fit for secrets. */
export type Random = (bytes: number) => Uint8Array;

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
export type KeyReading =
	| { readonly authorization: string /* "ApiKey SU-…:<secret>" */ }
	| { readonly unavailable: 'lost' /* the vault holds no such secret, or another one */ | 'vault-failed' };

/**
 * Where tokens come from, and the only way to change them.
 * Every call rejects with a `ProblemError` when an argument is invalid or the source cannot be read or written.
 */
export interface TokenSource {
	/** Why the tokens could not be read the last time, or why they cannot be changed; undefined when all is well. */
	readonly problem: Problem | undefined;
	/** Called after any change, whoever made it: this window, another one, or a person with an editor. */
	onDidChange(listener: () => void): Disposable;
	list(): Promise<readonly Token[]>;
	get(id: string): Promise<Token | undefined>;
	create(draft: TokenDraft): Promise<Token>;
	delete(id: string): Promise<void>;
	/** The plaintext key of a token. Rejects when there is no such token. */
	readKey(id: string): Promise<KeyReading>;
}
