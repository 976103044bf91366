import { randomUUID } from 'node:crypto';
import { generateSecret, hashSecret } from '../../domain/apiKey';
import type { RandomBytes, Vault } from '../../domain/ports';
import type { KeyRecord } from '../../domain/token';
import { collectKeyIds } from './storeSchema';
import type { ChangeResult, TokenRecords, RecordStore } from './recordStore';
import { sweepStore } from './storeSweep';

/** What a record says of a key that was just issued. */
export type GeneratedKey = Pick<KeyRecord, 'id' | 'sha256'>;

/**
 * A pure change of the records. `newKey` issues a key, of a new secret unless one is given, whose secret
 * is in the vault by the time the records are written.
 */
export type RecordChange<T> = (tokens: TokenRecords, newKey: (secret?: string) => GeneratedKey) => ChangeResult<T>;

/** The records in a store and their secrets in a vault, kept in step. */
export class TokenStore {
	#sweep: Promise<void> | undefined;

	constructor(
		private readonly store: RecordStore,
		private readonly vault: Vault,
		private readonly random: RandomBytes,
	) {}

	/** Settles once what an earlier crash left behind has been cleared away, which the first use begins. */
	get whenSwept(): Promise<void> {
		return this.#sweep ?? Promise.resolve();
	}

	/** @throws ProblemError when the store cannot be read */
	async read(): Promise<TokenRecords> {
		const { tokens } = await this.store.read();
		this.#sweepOnce();
		return tokens;
	}

	/**
	 * Secrets are stored before the records name them and removed after the records have let go of them, so that a crash in
	 * between leaves no more than a secret for the sweep.
	 * @throws ProblemError when store or vault fail; then both are as they were
	 */
	async change<T>(change: RecordChange<T>): Promise<T> {
		const unusedKeyIds = new Set<string>();
		try {
			const { before, after, result } = await this.store.mutate(async (tokens) => {
				const secrets = new Map<string, string>();
				const changed = change(tokens, (secret = generateSecret(this.random)) => generateKey(secret, secrets));
				for (const [keyId, secret] of secrets) {
					// Before the call: one that fails may have stored the secret all the same.
					unusedKeyIds.add(keyId);
					await this.vault.set(keyId, secret);
				}
				return changed;
			});
			collectKeyIds(findChangedRecords(before, after)).forEach((keyId) => unusedKeyIds.add(keyId));
			collectKeyIds(findChangedRecords(after, before)).forEach((keyId) => unusedKeyIds.delete(keyId));
			this.#sweepOnce();
			return result;
		} finally {
			// One that cannot be removed now is swept at a later start.
			await Promise.allSettled([...unusedKeyIds].map((keyId) => this.vault.delete(keyId)));
		}
	}

	#sweepOnce(): void {
		// What cannot be cleared away now is left to the next start.
		this.#sweep ??= sweepStore(this.store, this.vault).catch(() => undefined);
	}
}

/** The records that are not, as they are, at the same place of the other list. */
function findChangedRecords(records: TokenRecords, others: TokenRecords): TokenRecords {
	return records.filter((one, index) => one !== others[index]);
}

function generateKey(secret: string, secrets: Map<string, string>): GeneratedKey {
	const id = randomUUID();
	secrets.set(id, secret);
	return { id, sha256: hashSecret(secret) };
}
