import pLimit from 'p-limit';
import { parseApiKey } from '../../domain/apiKey';
import { logFailure, type Log } from '../../domain/log';
import { problem } from '../../domain/problems';
import { getErrorMessage } from './connectErrors';

/** Stores the key of one account. */
export interface AccountKeyStore {
	/** Returns `ApiKey SU-…:<secret>`, or undefined if none is stored. */
	read(): Promise<string | undefined>;
	/** Stores another key instead. */
	replace(authorization: string): Promise<void>;
}

/** The key that an account is signed in with. Remembers a new key that couldn't be stored. */
export class AccountKey {
	/** A new key that couldn't be stored, used until the window is closed or the stored key is no longer the one it replaces. */
	#unsavedKey: { readonly replaces: string; readonly authorization: string } | undefined;
	readonly #replacements = pLimit(1);

	constructor(
		private readonly store: AccountKeyStore,
		private readonly log: Log,
	) {}

	async read(): Promise<string | undefined> {
		const stored = await this.store.read();
		return stored !== undefined && stored === this.#unsavedKey?.replaces ? this.#unsavedKey.authorization : stored;
	}

	/** Returns the key after all replacements have ended. Must not be called within a replacement, which would wait for itself. */
	readAfterReplacement(): Promise<string | undefined> {
		return this.#replacements(() => this.read());
	}

	/** Runs an action that replaces the account key. */
	runReplacement<T>(action: () => Promise<T>): Promise<T> {
		return this.#replacements(action);
	}

	/** Whether the account key is a key of this token. */
	async belongsTo(tokenId: string): Promise<boolean> {
		return parseApiKey((await this.read()) ?? '')?.tokenId === tokenId;
	}

	/**
	 * Uses another key from now on, and stores it.
	 * @throws ProblemError if the key couldn't be stored; it's used until the window is closed
	 */
	async replace(authorization: string, tokenId: string): Promise<void> {
		const previous = await this.store.read().catch(logFailure(this.log, 'read the previous account key'));
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
