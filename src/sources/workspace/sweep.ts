import { readFile, rm } from 'node:fs/promises';
import type { Vault } from '../../domain/ports';
import { prepareFile } from './atomicFile';
import { errorCode } from './errors';
import { fileVersion, leftovers, NO_FILE, type StoreFiles } from './files';
import type { Snapshot } from './recovery';
import { keyIds, STORE_VERSION } from './schema';
import type { Store } from './store';

/**
 * Clears away what a crash in the middle of a change left behind: secrets that no token names, temporary files, a lock, and a
 * backup behind its store. Touches nothing when there is nothing to clear away, or when a newer version wrote the store.
 */
export async function sweep(store: Store, vault: Vault): Promise<void> {
	if (fileVersion(store.files.folder) === NO_FILE || !(await needsSweep(store.files, await store.read(), vault))) {
		return;
	}
	// Under the lock nobody is between storing a secret and naming it.
	await store.exclusively(async (snapshot, assertHeld) => {
		if (snapshot.version > STORE_VERSION) {
			return;
		}
		const orphans = await orphanedKeys(store.files, snapshot, vault);
		assertHeld();
		// What cannot be removed now is left to the next start, and keeps nothing else from being cleared away.
		await Promise.allSettled([
			...orphans.map((keyId) => vault.delete(keyId)),
			...leftovers(store.files).temporary.map((path) => rm(path, { force: true })),
		]);
		await catchUpBackup(store.files, assertHeld);
	});
}

async function needsSweep(files: StoreFiles, snapshot: Snapshot, vault: Vault): Promise<boolean> {
	if (snapshot.version > STORE_VERSION) {
		return false;
	}
	return (
		// Perhaps of a crashed window, and then better waited for now than by the next change.
		fileVersion(files.lock) !== NO_FILE ||
		leftovers(files).temporary.length > 0 ||
		(await orphanedKeys(files, snapshot, vault)).length > 0 ||
		(await newerThanBackup(files)) !== undefined
	);
}

/** Keys of the vault that no token names; none while a damaged file lies aside, whose tokens might be repaired by hand. */
async function orphanedKeys(files: StoreFiles, { tokens }: Snapshot, vault: Vault): Promise<readonly string[]> {
	if (leftovers(files).damaged.length > 0) {
		return [];
	}
	const named = new Set(keyIds(tokens));
	return (await vault.keyIds()).filter((keyId) => !named.has(keyId));
}

async function catchUpBackup(files: StoreFiles, assertHeld: () => void): Promise<void> {
	const content = await newerThanBackup(files);
	if (content) {
		const backup = await prepareFile(files.backup, content);
		assertHeld();
		backup.commit();
	}
}

/** The store's content, unless the backup has the same. */
async function newerThanBackup(files: StoreFiles): Promise<Buffer | undefined> {
	const [main, backup] = await Promise.all([contentOf(files.main), contentOf(files.backup)]);
	return main && backup?.equals(main) ? undefined : main;
}

async function contentOf(path: string): Promise<Buffer | undefined> {
	try {
		return await readFile(path);
	} catch (error) {
		if (errorCode(error) === NO_FILE) {
			return undefined;
		}
		throw error;
	}
}
