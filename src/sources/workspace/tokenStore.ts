import { generateSecret, hashSecret } from '../../domain/apiKey';
import { logFailure, type Log } from '../../domain/log';
import type { RandomBytes, Vault } from '../../domain/ports';
import type { KeyRecord, TokenRecord } from '../../domain/token';
import { findListDifference } from './listDifference';
import { createKeyId, type ListIdentityFile } from './listIdentity';
import type { RecordCopies } from './recordCopies';
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
		private readonly identity: ListIdentityFile,
		/** Undefined if the list and its keys are on the same machine. */
		private readonly copies: RecordCopies | undefined,
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
				const listId = await this.identity.ensure();
				const secrets = new Map<string, string>();
				const changed = change(tokens, (secret = generateSecret(this.random)) => generateKey(createKeyId(listId), secret, secrets));
				for (const [keyId, secret] of secrets) {
					// Added before the call, because a call that fails may have stored the secret anyway.
					unusedKeyIds.add(keyId);
					await this.vault.set(keyId, secret);
				}
				return changed;
			});
			const { removed, added } = findListDifference(before, after);
			collectKeyIds(removed).forEach((keyId) => unusedKeyIds.add(keyId));
			collectKeyIds(added).forEach((keyId) => unusedKeyIds.delete(keyId));
			await this.#updateCopies(before, after);
			this.#sweepOnce();
			return result;
		} finally {
			await Promise.all(Array.from(unusedKeyIds, (keyId) => this.vault.delete(keyId).catch(logFailure(this.log, 'remove an API key'))));
		}
	}

	/**
	 * Adds records of another list, except those whose ID another token has. `prepare` is called with the added ones before they're written,
	 * and again if that has to be repeated.
	 * @returns the IDs of the given records that are in this list now, including those that were added before
	 * @throws ProblemError when the store fails, or the error of `prepare`; the store is then unchanged
	 */
	async adopt(records: TokenRecords, prepare: (added: TokenRecords) => Promise<void>): Promise<ReadonlySet<string>> {
		const { before, after, result } = await this.store.mutate(async (tokens) => {
			await this.identity.ensure();
			const added = records.filter(({ id }) => !tokens.some((token) => token.id === id));
			await prepare(added);
			const isAddedBefore = ({ id, created }: TokenRecord) => tokens.some((token) => token.id === id && token.created.at === created.at);
			return {
				tokens: added.length > 0 ? [...tokens, ...added] : tokens,
				result: new Set([...added, ...records.filter(isAddedBefore)].map(({ id }) => id)),
			};
		});
		await this.#updateCopies(before, after);
		this.#sweepOnce();
		return result;
	}

	/** Copies what the store contains by now: after another window's change, a copy of this one could restore a disabled token as enabled. */
	async #updateCopies(before: TokenRecords, after: TokenRecords): Promise<void> {
		const { copies, identity, store, log } = this;
		if (!copies) {
			return;
		}
		const { removed, added } = findListDifference(before, after);
		const ids = new Set(removed.concat(added).map(({ id }) => id));
		const isChanged = ({ id }: TokenRecord) => ids.has(id);
		await store
			.runExclusive(async ({ tokens }) => copies.update(await identity.ensure(), removed, tokens.filter(isChanged)))
			.catch(logFailure(log, 'copy tokens'));
	}

	#sweepOnce(): void {
		this.#sweep ??= sweepStore({ store: this.store, vault: this.vault, identity: this.identity, copies: this.copies, log: this.log }).catch(
			logFailure(this.log, 'clean up the store'),
		);
	}
}

function generateKey(id: string, secret: string, secrets: Map<string, string>): GeneratedKey {
	secrets.set(id, secret);
	return { id, sha256: hashSecret(secret) };
}
