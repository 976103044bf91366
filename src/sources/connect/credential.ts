import { parseApiKey } from '../../domain/apiKey';
import { problem } from '../../domain/problems';
import { messageOf } from './errors';

/** Where the key of an account lies. */
export interface Credential {
	/** `ApiKey SU-…:<secret>`; undefined when it is not there. */
	read(): Promise<string | undefined>;
	/** Puts another key in its place. */
	replace(authorization: string): Promise<void>;
}

/** The key that an account is spoken to with, also when it cannot be stored any more. */
export class OwnKey {
	/** A new key that could not be stored, and the one in whose place it is used until the window is closed. */
	#unstored: { readonly instead: string; readonly authorization: string } | undefined;

	/** Settles once the key is no longer being replaced. */
	#replacing: Promise<unknown> = Promise.resolve();

	constructor(private readonly credential: Credential) {}

	async read(): Promise<string | undefined> {
		const stored = await this.credential.read();
		return stored !== undefined && stored === this.#unstored?.instead ? this.#unstored.authorization : stored;
	}

	/** The key, after the replacement of it that is under way. Whoever replaces it must not wait for that. */
	async settled(): Promise<string | undefined> {
		await this.#replacing;
		return this.read();
	}

	/** Carries out what replaces the key. */
	replaceBy<T>(action: () => Promise<T>): Promise<T> {
		const replacement = action();
		this.#replacing = replacement.catch(() => undefined);
		return replacement;
	}

	/** Whether it is a key of the token `id`. */
	async isOf(id: string): Promise<boolean> {
		return parseApiKey((await this.read()) ?? '')?.tokenId === id;
	}

	/**
	 * Goes on with another key.
	 * @throws ProblemError when that cannot be stored; it is used all the same
	 */
	async replace(authorization: string, id: string): Promise<void> {
		const instead = await this.credential.read().catch(() => undefined);
		try {
			await this.credential.replace(authorization);
		} catch (cause) {
			if (instead !== undefined) {
				this.#unstored = { instead, authorization };
			}
			throw problem(
				'The key of {0}, with which the account is opened, is a new one that could not be stored ({1}). Copy it now, and replace the key of the account by it before you close the window.',
				id,
				messageOf(cause),
			);
		}
	}
}
