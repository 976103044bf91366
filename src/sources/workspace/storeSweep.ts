import { readFile, rm } from 'node:fs/promises';
import type { Vault } from '../../domain/ports';
import { stageFile } from '../../storage/atomicFile';
import { getErrorCode } from '../../storage/fileErrors';
import { readFileVersion, findLeftoverFiles, MISSING_FILE_VERSION, type StoreFiles } from '../../storage/fileVersions';
import type { StoreSnapshot } from './storeRecovery';
import { collectKeyIds, STORE_VERSION } from './storeSchema';
import type { RecordStore } from './recordStore';

/**
 * Clears away what a crash in the middle of a change left behind: secrets that no token names, temporary files, a lock, and a
 * backup behind its store. Touches nothing when there is nothing to clear away, or when a newer version wrote the store.
 */
export async function sweepStore(store: RecordStore, vault: Vault): Promise<void> {
	if (readFileVersion(store.files.folder) === MISSING_FILE_VERSION || !(await needsSweep(store.files, await store.read(), vault))) {
		return;
	}
	// Under the lock nobody is between storing a secret and naming it.
	await store.runExclusive(async (snapshot, assertHeld) => {
		if (snapshot.version > STORE_VERSION) {
			return;
		}
		const orphans = await findOrphanedKeys(store.files, snapshot, vault);
		assertHeld();
		// What cannot be removed now is left to the next start, and keeps nothing else from being cleared away.
		await Promise.allSettled([
			...orphans.map((keyId) => vault.delete(keyId)),
			...findLeftoverFiles(store.files).temporary.map((path) => rm(path, { force: true })),
		]);
		await updateBackup(store.files, assertHeld);
	});
}

async function needsSweep(files: StoreFiles, snapshot: StoreSnapshot, vault: Vault): Promise<boolean> {
	if (snapshot.version > STORE_VERSION) {
		return false;
	}
	return (
		// Perhaps of a crashed window, and then better waited for now than by the next change.
		readFileVersion(files.lock) !== MISSING_FILE_VERSION ||
		findLeftoverFiles(files).temporary.length > 0 ||
		(await findOrphanedKeys(files, snapshot, vault)).length > 0 ||
		(await readIfBackupDiffers(files)) !== undefined
	);
}

/** Keys of the vault that no token names; none while a damaged file lies aside, whose tokens might be repaired by hand. */
async function findOrphanedKeys(files: StoreFiles, { tokens }: StoreSnapshot, vault: Vault): Promise<readonly string[]> {
	if (findLeftoverFiles(files).damaged.length > 0) {
		return [];
	}
	const referencedKeyIds = new Set(collectKeyIds(tokens));
	return (await vault.keyIds()).filter((keyId) => !referencedKeyIds.has(keyId));
}

async function updateBackup(files: StoreFiles, assertHeld: () => void): Promise<void> {
	const content = await readIfBackupDiffers(files);
	if (content) {
		const backup = await stageFile(files.backup, content);
		assertHeld();
		backup.commit();
	}
}

/** The store's content, unless the backup has the same. */
async function readIfBackupDiffers(files: StoreFiles): Promise<Buffer | undefined> {
	const [main, backup] = await Promise.all([readIfExists(files.main), readIfExists(files.backup)]);
	return main && backup?.equals(main) ? undefined : main;
}

async function readIfExists(path: string): Promise<Buffer | undefined> {
	try {
		return await readFile(path);
	} catch (error) {
		if (getErrorCode(error) === MISSING_FILE_VERSION) {
			return undefined;
		}
		throw error;
	}
}
