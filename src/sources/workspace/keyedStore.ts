import { randomUUID } from 'node:crypto';
import { generateSecret, hashSecret } from '../../domain/apiKey';
import type { Random, Vault } from '../../domain/ports';
import type { KeyRecord } from '../../domain/token';
import { keyIds } from './schema';
import type { Changed, Records, Store } from './store';
import { sweep } from './sweep';

/** What a record says of a key that was just issued. */
export type NewKey = Pick<KeyRecord, 'id' | 'sha256'>;

/**
 * A pure change of the records. `newKey` issues a key, of a new secret unless one is given, whose secret
 * is in the vault by the time the records are written.
 */
export type Change<T> = (tokens: Records, newKey: (secret?: string) => NewKey) => Changed<T>;

/** The records in a store and their secrets in a vault, kept in step. */
export class KeyedStore {
	#sweep: Promise<void> | undefined;

	constructor(
		private readonly store: Store,
		private readonly vault: Vault,
		private readonly random: Random,
	) {}

	/** Settles once what an earlier crash left behind has been cleared away, which the first use begins. */
	get swept(): Promise<void> {
		return this.#sweep ?? Promise.resolve();
	}

	/** @throws ProblemError when the store cannot be read */
	async read(): Promise<Records> {
		const { tokens } = await this.store.read();
		this.#sweepOnce();
		return tokens;
	}

	/**
	 * Secrets are stored before the records name them and removed after the records have let go of them, so that a crash in
	 * between leaves no more than a secret for the sweep.
	 * @throws ProblemError when store or vault fail; then both are as they were
	 */
	async change<T>(change: Change<T>): Promise<T> {
		const unneeded = new Set<string>();
		try {
			const { before, after, result } = await this.store.mutate(async (tokens) => {
				const secrets = new Map<string, string>();
				const changed = change(tokens, (secret = generateSecret(this.random)) => issue(secret, secrets));
				for (const [keyId, secret] of secrets) {
					// Before the call: one that fails may have stored the secret all the same.
					unneeded.add(keyId);
					await this.vault.set(keyId, secret);
				}
				return changed;
			});
			keyIds(changedFrom(before, after)).forEach((keyId) => unneeded.add(keyId));
			keyIds(changedFrom(after, before)).forEach((keyId) => unneeded.delete(keyId));
			this.#sweepOnce();
			return result;
		} finally {
			// One that cannot be removed now is swept at a later start.
			await Promise.allSettled([...unneeded].map((keyId) => this.vault.delete(keyId)));
		}
	}

	#sweepOnce(): void {
		// What cannot be cleared away now is left to the next start.
		this.#sweep ??= sweep(this.store, this.vault).catch(() => undefined);
	}
}

/** The records that are not, as they are, at the same place of the other list. */
function changedFrom(records: Records, others: Records): Records {
	return records.filter((one, index) => one !== others[index]);
}

function issue(secret: string, secrets: Map<string, string>): NewKey {
	const id = randomUUID();
	secrets.set(id, secret);
	return { id, sha256: hashSecret(secret) };
}
