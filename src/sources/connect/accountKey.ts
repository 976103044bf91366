import { parseApiKey } from '../../domain/apiKey';
import { problem } from '../../domain/problems';
import { getErrorMessage } from './connectErrors';

/** Where the key of an account lies. */
export interface AccountKeyStore {
	/** `ApiKey SU-…:<secret>`; undefined when it is not there. */
	read(): Promise<string | undefined>;
	/** Puts another key in its place. */
	replace(authorization: string): Promise<void>;
}

/** The key that an account is spoken to with, also when it cannot be stored any more. */
export class AccountKey {
	/** A new key that could not be stored, and the one in whose place it is used until the window is closed. */
	#unsavedKey: { readonly replaces: string; readonly authorization: string } | undefined;

	/** Settles once the key is no longer being replaced. */
	#pendingReplacement: Promise<unknown> = Promise.resolve();

	constructor(private readonly store: AccountKeyStore) {}

	async read(): Promise<string | undefined> {
		const stored = await this.store.read();
		return stored !== undefined && stored === this.#unsavedKey?.replaces ? this.#unsavedKey.authorization : stored;
	}

	/** The key, after the replacement of it that is under way. Whoever replaces it must not wait for that. */
	async readAfterReplacement(): Promise<string | undefined> {
		await this.#pendingReplacement;
		return this.read();
	}

	/** Carries out what replaces the key. */
	runReplacement<T>(action: () => Promise<T>): Promise<T> {
		const replacement = action();
		this.#pendingReplacement = replacement.catch(() => undefined);
		return replacement;
	}

	/** Whether it is a key of the token `id`. */
	async belongsTo(tokenId: string): Promise<boolean> {
		return parseApiKey((await this.read()) ?? '')?.tokenId === tokenId;
	}

	/**
	 * Goes on with another key.
	 * @throws ProblemError when that cannot be stored; it is used all the same
	 */
	async replace(authorization: string, tokenId: string): Promise<void> {
		const previous = await this.store.read().catch(() => undefined);
		try {
			await this.store.replace(authorization);
		} catch (cause) {
			if (previous !== undefined) {
				this.#unsavedKey = { replaces: previous, authorization };
			}
			throw problem(
				"The new account key ({0}) couldn't be stored ({1}). Copy the key now, then run “Replace Account Key” before you close this window.",
				tokenId,
				getErrorMessage(cause),
			);
		}
	}
}
