import { randomUUID } from 'node:crypto';
import type { Vault } from '../domain/ports';
import { problem } from '../domain/problems';

export type VaultName = 'editor' | 'keychain';

/** What became of the keys when the vault was switched. */
export interface SwitchResult {
	/** How many were moved. */
	readonly movedCount: number;
	/** Why others, or copies of the moved ones, are still in the vault that they were in; undefined when none are. */
	readonly failure: unknown;
}

/** Runs `action` while no other window of the workspace moves keys. `assertHeld` throws once that can no longer be promised. */
export type RunExclusive = <T>(action: (assertHeld: () => void) => Promise<T>) => Promise<T>;

/**
 * Two vaults, of which one is in use: it takes new keys. Keys that lie in the other are found there, because a move may have been
 * interrupted and another window may not have followed yet. The other is asked for nothing that it does not list.
 */
export class SwitchableVault implements Vault {
	#inUse: VaultName = 'editor';
	#pendingSwitch: Promise<unknown> = Promise.resolve();
	readonly #pendingWrites = new Set<Promise<void>>();

	constructor(
		private readonly vaults: Readonly<Record<VaultName, Vault>>,
		private readonly runExclusive: RunExclusive,
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
		// A move from the other may have passed by in between.
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
		// From the second even when the first fails.
		const results = await Promise.allSettled([inUse.delete(keyId), callIfListed(other, keyId, () => other.delete(keyId))]);
		const failed = results.find((one) => one.status === 'rejected');
		if (failed) {
			throw failed.reason;
		}
	}

	async keyIds(): Promise<readonly string[]> {
		const lists = await Promise.all(this.#getVaults(this.#inUse).map((vault) => vault.keyIds()));
		return [...new Set(lists.flat())];
	}

	/**
	 * Puts the vault with that name to use and moves all keys to it: they are copied and read back, then it is in use, then they are
	 * removed from the other. Whatever ends this half-way, every key is in at least one of the two, and the next call completes it.
	 * Switches follow one another.
	 * @throws what that vault failed with; then the vault that was in use still is, and no key was removed from it
	 */
	switchTo(name: VaultName): Promise<SwitchResult> {
		const turn = this.#pendingSwitch.then(() => this.#switchTo(name));
		this.#pendingSwitch = turn.catch(() => undefined);
		return turn;
	}

	async #switchTo(name: VaultName): Promise<SwitchResult> {
		const [to, from] = this.#getVaults(name);
		if (this.#inUse !== name) {
			await assertUsable(to);
			const { secrets, left } = await readAllKeys(from);
			await copyKeys(secrets, to);
			this.#inUse = name;
			if (left !== undefined) {
				return { movedCount: 0, failure: left };
			}
			// Keys that were on their way to the other one.
			await Promise.allSettled([...this.#pendingWrites]);
		}
		try {
			return (await from.keyIds()).length > 0
				? await this.runExclusive((assertHeld) => moveAllKeys(from, to, assertHeld))
				: { movedCount: 0, failure: undefined };
		} catch (left) {
			return { movedCount: 0, failure: left };
		}
	}

	/** That vault, and the other one. */
	#getVaults(name: VaultName): readonly [Vault, Vault] {
		return [this.vaults[name], this.vaults[name === 'editor' ? 'keychain' : 'editor']];
	}
}

async function callIfListed<T>(vault: Vault, keyId: string, call: () => Promise<T>): Promise<T | undefined> {
	return (await vault.keyIds()).includes(keyId) ? call() : undefined;
}

/** @throws what the vault fails with */
async function assertUsable(vault: Vault): Promise<void> {
	const keyId = `trial-${randomUUID()}`;
	try {
		await vault.set(keyId, keyId);
		await assertStored(vault, keyId, keyId);
	} finally {
		// One that cannot be deleted is swept at a later start.
		await vault.delete(keyId).catch(() => undefined);
	}
}

async function moveAllKeys(from: Vault, to: Vault, assertHeld: () => void): Promise<SwitchResult> {
	const { secrets, left } = await readAllKeys(from);
	// Once more: what came in meanwhile, and the proof that all the others are still there.
	await copyKeys(secrets, to);
	let moved = 0;
	try {
		for (const keyId of secrets.keys()) {
			assertHeld();
			await from.delete(keyId);
			moved++;
		}
	} catch (error) {
		return { movedCount: moved, failure: error };
	}
	return { movedCount: moved, failure: left };
}

/** The keys that can be read. After the first that cannot no other is tried, since each may ask its user for a password. */
async function readAllKeys(vault: Vault): Promise<{ secrets: ReadonlyMap<string, string>; left: unknown }> {
	const secrets = new Map<string, string>();
	try {
		for (const keyId of await vault.keyIds()) {
			const secret = await vault.get(keyId);
			if (secret !== undefined) {
				secrets.set(keyId, secret);
			}
		}
		return { secrets, left: undefined };
	} catch (left) {
		return { secrets, left };
	}
}

/** @throws what `to` fails with */
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
		throw problem("An API key couldn't be read back after it was stored.");
	}
}
