import { join } from 'node:path';
import { logFailure, type Log } from '../../domain/log';
import { commitOrThrowConflict, stageFile, type StagedFile } from '../../storage/atomicFile';
import type { LockableFile } from '../../storage/fileLock';
import { findTemporaryFiles, listFileNames, type FileVersion } from '../../storage/fileVersions';

/** The paths of a workspace's token store. */
export interface StoreFiles extends LockableFile {
	readonly folder: string;
	/** Copy of the last committed content, to restore the main file from if it's damaged. */
	readonly backup: string;
	/** Which list this is, and where its workspace is. */
	readonly identity: string;
}

export function getStoreFiles(folder: string): StoreFiles {
	return {
		folder,
		main: join(folder, 'tokens.json'),
		backup: join(folder, 'tokens.backup.json'),
		identity: join(folder, 'location.json'),
		lock: join(folder, 'tokens.lock'),
	};
}

/** Finds temporary files left by a crash, and damaged files that were set aside. */
export function findLeftoverFiles({ folder, main, backup, identity }: StoreFiles): {
	temporary: readonly string[];
	damaged: readonly string[];
} {
	return {
		temporary: [main, backup, identity].flatMap(findTemporaryFiles),
		damaged: listFileNames(folder)
			.filter((name) => /^tokens\.(backup\.)?damaged-/.test(name))
			.map((name) => join(folder, name)),
	};
}

/**
 * Writes the store and its backup, and returns the store's new version. Both are flushed to disk before either is replaced.
 * @param assertUnchanged called right before the store changes; throws to leave it as it is
 */
export async function writeStoreAndBackup(
	files: StoreFiles,
	bytes: Uint8Array,
	log: Log,
	assertUnchanged: () => void,
): Promise<FileVersion> {
	// At the same time, because that's when a change mostly waits.
	const staging = [stageFile(files.main, bytes), stageFile(files.backup, bytes)] as const;
	try {
		const [main, backup] = await Promise.all(staging);
		assertUnchanged();
		commitOrThrowConflict(main);
		tryCommitBackup(backup, log);
		return main.version;
	} finally {
		// One of them may have been staged even if the other one couldn't be.
		const results = await Promise.allSettled(staging);
		await Promise.all(results.map(async (result) => result.status === 'fulfilled' && (await result.value.discard())));
	}
}

/** Doesn't fail, because the change has already been made. An outdated backup is updated the next time the extension starts. */
function tryCommitBackup(backup: StagedFile, log: Log): void {
	try {
		backup.commit();
	} catch (error) {
		logFailure(log, "update the store's backup")(error);
	}
}
