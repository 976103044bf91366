import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { logFailure, logDuration, type Log } from '../domain/log';
import type { Vault, VaultName } from '../domain/ports';
import { problem } from '../domain/problems';

/** A key that only shows whether a vault works. Its ID contains when it was stored, in milliseconds since the epoch. */
const TRIAL_KEY_PATTERN = /^trial-(\d+)-/;

/** How long the keychain may wait for its user's password while a trial key is stored. An older trial key was left behind by a crash. */
const MAX_TRIAL_MS = 3_600_000;

/** The result of switching vaults. */
export interface SwitchResult {
	/** Number of keys that were moved. */
	readonly movedCount: number;
	/** Why other keys, or copies of the moved ones, are still in the previous vault; undefined if none are. */
	readonly failure: unknown;
}

/** Runs `action` while no other window of the workspace moves keys. `assertHeld` throws once that's no longer guaranteed. */
export type RunExclusive = <T>(action: (assertHeld: () => void) => Promise<T>) => Promise<T>;

/**
 * Two vaults, one of which is in use and stores new keys. Keys are also found in the other one, because a move may have been interrupted,
 * and another window may not have switched yet. The other vault is accessed only for keys that it lists.
 */
export class SwitchableVault implements Vault {
	#inUse: VaultName = 'editor';
	readonly #limit = pLimit(1);
	readonly #pendingWrites = new Set<Promise<void>>();

	constructor(
		private readonly vaults: Readonly<Record<VaultName, Vault>>,
		private readonly runExclusive: RunExclusive,
		private readonly log: Log,
	) {}

	get inUse(): VaultName {
		return this.#inUse;
	}

	async get(keyId: string): Promise<string | undefined> {
		const [inUse, other] = this.#getVaults(this.#inUse);
		const [primaryResult] = await Promise.allSettled([inUse.get(keyId)]);
		if (primaryResult.status === 'fulfilled' && primaryResult.value !== undefined) {
			return primaryResult.value;
		}
		const otherSecret = await callIfListed(other, keyId, () => other.get(keyId));
		if (otherSecret !== undefined) {
			return otherSecret;
		}
		if (primaryResult.status === 'rejected') {
			throw primaryResult.reason;
		}
		// The key may have been moved between the two calls.
		return inUse.get(keyId);
	}

	async set(keyId: string, secret: string): Promise<void> {
		const [inUse] = this.#getVaults(this.#inUse);
		const write = inUse.set(keyId, secret);
		this.#pendingWrites.add(write);
		try {
			await write;
		} finally {
			this.#pendingWrites.delete(write);
		}
	}

	async delete(keyId: string): Promise<void> {
		const [inUse, other] = this.#getVaults(this.#inUse);
		// Deleted from both, even if one of them fails.
		const results = await Promise.allSettled([inUse.delete(keyId), callIfListed(other, keyId, () => other.delete(keyId))]);
		const failed = results.find((result) => result.status === 'rejected');
		if (failed) {
			throw failed.reason;
		}
	}

	/** Doesn't return current trial keys: no token references them, so a window that cleans up its store would remove them. */
	async keyIds(): Promise<readonly string[]> {
		const lists = await Promise.all(this.#getVaults(this.#inUse).map((vault) => vault.keyIds()));
		return [...new Set(lists.flat())].filter((keyId) => !isCurrentTrialKey(keyId));
	}

	/**
	 * Makes the named vault the one in use and moves all keys to it: they're copied and read back, the vault becomes the one in use, and
	 * they're removed from the other one. If this is interrupted, each key is in at least one of the vaults, and the next call completes
	 * the move. Several switches run one after another.
	 * @throws the error of the named vault; the previous vault then stays in use and still has all keys
	 */
	switchTo(name: VaultName): Promise<SwitchResult> {
		return this.#limit(async () => {
			const result = await logDuration(this.log, `Switching to vault ${name}`, () => this.#switchTo(name));
			if (result.movedCount > 0) {
				this.log.info(`Moved ${result.movedCount} API keys`);
			}
			if (result.failure !== undefined) {
				logFailure(this.log, 'move some API keys')(result.failure);
			}
			return result;
		});
	}

	async #switchTo(name: VaultName): Promise<SwitchResult> {
		const [to, from] = this.#getVaults(name);
		if (this.#inUse !== name) {
			await assertUsable(to, this.log);
			const { secrets, failure } = await readAllKeys(from);
			await copyKeys(secrets, to);
			this.#inUse = name;
			if (failure !== undefined) {
				return { movedCount: 0, failure };
			}
			// Keys that were being stored in the other vault have to be moved, too.
			await Promise.allSettled([...this.#pendingWrites]);
		}
		try {
			return (await from.keyIds()).length > 0
				? await this.runExclusive((assertHeld) => moveAllKeys(from, to, assertHeld))
				: { movedCount: 0, failure: undefined };
		} catch (failure) {
			return { movedCount: 0, failure };
		}
	}

	/** Returns the named vault, followed by the other one. */
	#getVaults(name: VaultName): readonly [Vault, Vault] {
		return [this.vaults[name], this.vaults[name === 'editor' ? 'keychain' : 'editor']];
	}
}

async function callIfListed<T>(vault: Vault, keyId: string, call: () => Promise<T>): Promise<T | undefined> {
	return (await vault.keyIds()).includes(keyId) ? call() : undefined;
}

/** @throws the error of the vault if a key can't be stored and read back */
async function assertUsable(vault: Vault, log: Log): Promise<void> {
	const keyId = `trial-${Date.now()}-${randomUUID()}`;
	try {
		await vault.set(keyId, keyId);
		await assertStored(vault, keyId, keyId);
	} finally {
		await vault.delete(keyId).catch(logFailure(log, 'remove a trial key'));
	}
}

function isCurrentTrialKey(keyId: string): boolean {
	const [, storedAt] = TRIAL_KEY_PATTERN.exec(keyId) ?? [];
	return storedAt !== undefined && Date.now() - Number(storedAt) < MAX_TRIAL_MS;
}

async function moveAllKeys(from: Vault, to: Vault, assertHeld: () => void): Promise<SwitchResult> {
	const { secrets, failure } = await readAllKeys(from);
	// Again, for keys that were stored in the meantime, and to verify that all others are still there.
	await copyKeys(secrets, to);
	let movedCount = 0;
	try {
		for (const keyId of secrets.keys()) {
			assertHeld();
			await from.delete(keyId);
			movedCount++;
		}
	} catch (error) {
		return { movedCount, failure: error };
	}
	return { movedCount, failure };
}

/** Reads keys up to the first one that can't be read, because each further attempt may ask the user for a password. */
async function readAllKeys(vault: Vault): Promise<{ secrets: ReadonlyMap<string, string>; failure: unknown }> {
	const secrets = new Map<string, string>();
	try {
		for (const keyId of await vault.keyIds()) {
			const secret = await vault.get(keyId);
			if (secret !== undefined) {
				secrets.set(keyId, secret);
			}
		}
		return { secrets, failure: undefined };
	} catch (failure) {
		return { secrets, failure };
	}
}

/** @throws the error of `to` */
async function copyKeys(secrets: ReadonlyMap<string, string>, to: Vault): Promise<void> {
	const existingIds = new Set(await to.keyIds());
	for (const [keyId, secret] of secrets) {
		if (!existingIds.has(keyId) || (await to.get(keyId)) !== secret) {
			await to.set(keyId, secret);
			await assertStored(to, keyId, secret);
		}
	}
}

async function assertStored(vault: Vault, keyId: string, secret: string): Promise<void> {
	if ((await vault.get(keyId)) !== secret) {
		throw problem("An API key couldn't be read back after it was stored. Try again.");
	}
}
