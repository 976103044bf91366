import { randomUUID } from 'node:crypto';
import type { Vault } from '../domain/ports';
import { problem } from '../domain/problems';

export type VaultName = 'editor' | 'keychain';

/** What became of the keys when the vault was switched. */
export interface SwitchResult {
	/** How many were moved. */
	readonly moved: number;
	/** Why others, or copies of the moved ones, are still in the vault that they were in; undefined when none are. */
	readonly left: unknown;
}

/** Runs `action` while no other window of the workspace moves keys. `assertHeld` throws once that can no longer be promised. */
export type Exclusively = <T>(action: (assertHeld: () => void) => Promise<T>) => Promise<T>;

/**
 * Two vaults, of which one is in use: it takes new keys. Keys that lie in the other are found there, because a move may have been
 * interrupted and another window may not have followed yet. The other is asked for nothing that it does not list.
 */
export class SwitchableVault implements Vault {
	#inUse: VaultName = 'editor';
	#switching: Promise<unknown> = Promise.resolve();
	readonly #setting = new Set<Promise<void>>();

	constructor(
		private readonly vaults: Readonly<Record<VaultName, Vault>>,
		private readonly exclusively: Exclusively,
	) {}

	get inUse(): VaultName {
		return this.#inUse;
	}

	async get(keyId: string): Promise<string | undefined> {
		const [inUse, other] = this.#vaults(this.#inUse);
		const [first] = await Promise.allSettled([inUse.get(keyId)]);
		if (first.status === 'fulfilled' && first.value !== undefined) {
			return first.value;
		}
		const second = await ifListed(other, keyId, () => other.get(keyId));
		if (second !== undefined) {
			return second;
		}
		if (first.status === 'rejected') {
			throw first.reason;
		}
		// A move from the other may have passed by in between.
		return inUse.get(keyId);
	}

	async set(keyId: string, secret: string): Promise<void> {
		const [inUse] = this.#vaults(this.#inUse);
		const setting = inUse.set(keyId, secret);
		this.#setting.add(setting);
		try {
			await setting;
		} finally {
			this.#setting.delete(setting);
		}
	}

	async delete(keyId: string): Promise<void> {
		const [inUse, other] = this.#vaults(this.#inUse);
		// From the second even when the first fails.
		const results = await Promise.allSettled([inUse.delete(keyId), ifListed(other, keyId, () => other.delete(keyId))]);
		const failed = results.find((one) => one.status === 'rejected');
		if (failed) {
			throw failed.reason;
		}
	}

	async keyIds(): Promise<readonly string[]> {
		const lists = await Promise.all(this.#vaults(this.#inUse).map((vault) => vault.keyIds()));
		return [...new Set(lists.flat())];
	}

	/**
	 * Puts the vault with that name to use and moves all keys to it: they are copied and read back, then it is in use, then they are
	 * removed from the other. Whatever ends this half-way, every key is in at least one of the two, and the next call completes it.
	 * Switches follow one another.
	 * @throws what that vault failed with; then the vault that was in use still is, and no key was removed from it
	 */
	switchTo(name: VaultName): Promise<SwitchResult> {
		const turn = this.#switching.then(() => this.#switchTo(name));
		this.#switching = turn.catch(() => undefined);
		return turn;
	}

	async #switchTo(name: VaultName): Promise<SwitchResult> {
		const [to, from] = this.#vaults(name);
		if (this.#inUse !== name) {
			await assertWorks(to);
			const { secrets, left } = await readAll(from);
			await copy(secrets, to);
			this.#inUse = name;
			if (left !== undefined) {
				return { moved: 0, left };
			}
			// Keys that were on their way to the other one.
			await Promise.allSettled([...this.#setting]);
		}
		try {
			return (await from.keyIds()).length > 0
				? await this.exclusively((assertHeld) => moveAll(from, to, assertHeld))
				: { moved: 0, left: undefined };
		} catch (left) {
			return { moved: 0, left };
		}
	}

	/** That vault, and the other one. */
	#vaults(name: VaultName): readonly [Vault, Vault] {
		return [this.vaults[name], this.vaults[name === 'editor' ? 'keychain' : 'editor']];
	}
}

async function ifListed<T>(vault: Vault, keyId: string, call: () => Promise<T>): Promise<T | undefined> {
	return (await vault.keyIds()).includes(keyId) ? call() : undefined;
}

/** @throws what the vault fails with */
async function assertWorks(vault: Vault): Promise<void> {
	const keyId = `trial-${randomUUID()}`;
	try {
		await vault.set(keyId, keyId);
		await assertHolds(vault, keyId, keyId);
	} finally {
		// One that cannot be deleted is swept at a later start.
		await vault.delete(keyId).catch(() => undefined);
	}
}

async function moveAll(from: Vault, to: Vault, assertHeld: () => void): Promise<SwitchResult> {
	const { secrets, left } = await readAll(from);
	// Once more: what came in meanwhile, and the proof that all the others are still there.
	await copy(secrets, to);
	let moved = 0;
	try {
		for (const keyId of secrets.keys()) {
			assertHeld();
			await from.delete(keyId);
			moved++;
		}
	} catch (error) {
		return { moved, left: error };
	}
	return { moved, left };
}

/** The keys that can be read. After the first that cannot no other is tried, since each may ask its user for a password. */
async function readAll(vault: Vault): Promise<{ secrets: ReadonlyMap<string, string>; left: unknown }> {
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
async function copy(secrets: ReadonlyMap<string, string>, to: Vault): Promise<void> {
	const there = new Set(await to.keyIds());
	for (const [keyId, secret] of secrets) {
		if (!there.has(keyId) || (await to.get(keyId)) !== secret) {
			await to.set(keyId, secret);
			await assertHolds(to, keyId, secret);
		}
	}
}

async function assertHolds(vault: Vault, keyId: string, secret: string): Promise<void> {
	if ((await vault.get(keyId)) !== secret) {
		throw problem('It did not give back a key that was put in.');
	}
}
