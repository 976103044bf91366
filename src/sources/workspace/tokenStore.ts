import { randomUUID } from 'node:crypto';
import { generateSecret, hashSecret } from '../../domain/apiKey';
import { logFailure, type Log } from '../../domain/log';
import type { RandomBytes, Vault } from '../../domain/ports';
import type { KeyRecord } from '../../domain/token';
import type { ChangeResult, RecordStore, TokenRecords } from './recordStore';
import { collectKeyIds } from './storeSchema';
import { sweepStore } from './storeSweep';

/** The properties of a new key that are stored in its token's record. */
export type GeneratedKey = Pick<KeyRecord, 'id' | 'sha256'>;

/**
 * A pure function that changes the records. `newKey` creates a key with the given secret or a new one, which is stored in the vault
 * before the records are written.
 */
export type RecordChange<T> = (tokens: TokenRecords, newKey: (secret?: string) => GeneratedKey) => ChangeResult<T>;

/** Keeps the records in a store and their secrets in a vault consistent. */
export class TokenStore {
	#sweep: Promise<void> | undefined;

	constructor(
		private readonly store: RecordStore,
		private readonly vault: Vault,
		private readonly random: RandomBytes,
		private readonly log: Log,
	) {}

	/** Settles when the cleanup after an earlier crash, which starts on first use, is done. */
	get whenSwept(): Promise<void> {
		return this.#sweep ?? Promise.resolve();
	}

	/** @throws ProblemError when the store can't be read */
	async read(): Promise<TokenRecords> {
		const { tokens } = await this.store.read();
		this.#sweepOnce();
		return tokens;
	}

	/**
	 * Stores secrets before the records reference them, and removes them after the records no longer do, so a crash in between leaves
	 * nothing but an unreferenced secret.
	 * @throws ProblemError when the store or the vault fails; both are then unchanged
	 */
	async change<T>(change: RecordChange<T>): Promise<T> {
		const unusedKeyIds = new Set<string>();
		try {
			const { before, after, result } = await this.store.mutate(async (tokens) => {
				const secrets = new Map<string, string>();
				const changed = change(tokens, (secret = generateSecret(this.random)) => generateKey(secret, secrets));
				for (const [keyId, secret] of secrets) {
					// Added before the call, because a call that fails may have stored the secret anyway.
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
			await Promise.all(Array.from(unusedKeyIds, (keyId) => this.vault.delete(keyId).catch(logFailure(this.log, 'remove an API key'))));
		}
	}

	#sweepOnce(): void {
		this.#sweep ??= sweepStore(this.store, this.vault, this.log).catch(logFailure(this.log, 'clean up the store'));
	}
}

/** Returns the records that aren't at the same index in the other list. */
function findChangedRecords(records: TokenRecords, others: TokenRecords): TokenRecords {
	return records.filter((record, index) => record !== others[index]);
}

function generateKey(secret: string, secrets: Map<string, string>): GeneratedKey {
	const id = randomUUID();
	secrets.set(id, secret);
	return { id, sha256: hashSecret(secret) };
}
