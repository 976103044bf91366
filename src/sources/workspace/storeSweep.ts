import { rm } from 'node:fs/promises';
import { logFailure, type Log } from '../../domain/log';
import type { Vault } from '../../domain/ports';
import { stageFile } from '../../storage/atomicFile';
import { loadFile, MISSING_FILE_VERSION, readFileVersion } from '../../storage/fileVersions';
import { getListIdOfKey, readListIdentity, type ListIdentityFile } from './listIdentity';
import type { RecordCopies } from './recordCopies';
import type { RecordStore } from './recordStore';
import { findLeftoverFiles, type StoreFiles } from './storeFiles';
import type { StoreSnapshot } from './storeRecovery';
import { collectKeyIds, STORE_VERSION } from './storeSchema';

/** What belongs to a token list. */
export interface SweptParts {
	readonly store: RecordStore;
	readonly vault: Vault;
	readonly identity: ListIdentityFile;
	readonly copies: RecordCopies | undefined;
	readonly log: Log;
}

/**
 * Cleans up after a crash during a change: removes secrets of this list that no token references, temporary files, and an abandoned lock,
 * and updates an outdated backup. Secrets of another list are left for the user to decide on. Writes nothing if there's nothing to clean up,
 * or if the store was written by a newer version.
 */
export async function sweepStore({ store, vault, identity, copies, log }: SweptParts): Promise<void> {
	if (readFileVersion(store.files.folder) === MISSING_FILE_VERSION || !(await needsSweep(store.files, await store.read(), vault, copies))) {
		return;
	}
	// While the lock is held, no window is between storing a secret and writing the record that references it.
	await store.runExclusive(async (snapshot, assertHeld) => {
		if (snapshot.version > STORE_VERSION) {
			return;
		}
		const orphans = await findOrphanedKeys(store.files, snapshot, vault);
		const { temporary } = findLeftoverFiles(store.files);
		assertHeld();
		// Anything that can't be removed now is left for the next start, and doesn't prevent the rest from being cleaned up.
		const removals = [...orphans.map((keyId) => vault.delete(keyId)), ...temporary.map((path) => rm(path, { force: true }))];
		await Promise.all(removals.map((removal) => removal.catch(logFailure(log, 'clean up the store'))));
		await updateBackup(store.files, snapshot, assertHeld);
		const listId = await identity.ensure();
		await copies?.complete(listId, snapshot.tokens);
	});
}

async function needsSweep(files: StoreFiles, snapshot: StoreSnapshot, vault: Vault, copies: RecordCopies | undefined): Promise<boolean> {
	if (snapshot.version > STORE_VERSION) {
		return false;
	}
	const identity = await readListIdentity(files.folder);
	return (
		identity === undefined ||
		(await copies?.isComplete(identity.listId, snapshot.tokens)) === false ||
		// The lock may belong to a crashed window; it's better to wait for it to become stale now than on the next change.
		readFileVersion(files.lock) !== MISSING_FILE_VERSION ||
		findLeftoverFiles(files).temporary.length > 0 ||
		(await findOrphanedKeys(files, snapshot, vault)).length > 0 ||
		(await isBackupOutdated(files, snapshot))
	);
}

/**
 * Finds keys of this list in the vault that no token references; none if a damaged file was set aside, because its owner might repair it.
 * What isn't a key of any list is a trial key that a crash left behind.
 */
async function findOrphanedKeys(files: StoreFiles, { tokens }: StoreSnapshot, vault: Vault): Promise<readonly string[]> {
	if (findLeftoverFiles(files).damaged.length > 0) {
		return [];
	}
	const identity = await readListIdentity(files.folder);
	const referencedKeyIds = new Set(collectKeyIds(tokens));
	return (await vault.keyIds()).filter(
		(keyId) => !referencedKeyIds.has(keyId) && [undefined, identity?.listId].includes(getListIdOfKey(keyId)),
	);
}

async function updateBackup(files: StoreFiles, snapshot: StoreSnapshot, assertHeld: () => void): Promise<void> {
	if (await isBackupOutdated(files, snapshot)) {
		const backup = await stageFile(files.backup, snapshot.bytes);
		assertHeld();
		backup.commit();
	}
}

/** Whether the backup differs from the store, if that was ever written. */
async function isBackupOutdated(files: StoreFiles, { fileVersion, bytes }: StoreSnapshot): Promise<boolean> {
	return fileVersion !== MISSING_FILE_VERSION && (await loadFile(files.backup))?.bytes.equals(bytes) !== true;
}
