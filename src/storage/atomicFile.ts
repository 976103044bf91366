import { randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { getTemporaryPath, toFileVersion, type FileVersion, type StoreFiles } from './fileVersions';
import { ConflictError } from './fileLock';

/** Content that lies flushed beside its file and takes the file's place at once, or never. */
export interface StagedFile {
	/** The version that the file has after `commit`. */
	readonly version: FileVersion;
	/** Puts the content in place. Blocks, so that nothing comes between a last check and the change itself. */
	commit(): void;
	/** Forgets the content. Nothing happens after `commit`. */
	discard(): Promise<void>;
}

/**
 * Writes `content` beside `path`, readable by its owner alone.
 * Rejects, leaving nothing behind, unless every byte reached the disk: a full disk first takes a part of them without an error.
 */
export async function stageFile(path: string, content: string | Uint8Array): Promise<StagedFile> {
	const temporary = getTemporaryPath(path, randomBytes(6).toString('hex'));
	// What cannot be removed now is swept at a later start; to fail for it would deny a change that has been made.
	const discard = () => rm(temporary, { force: true }).catch(() => undefined);
	try {
		const handle = await open(temporary, 'wx', 0o600);
		try {
			await handle.writeFile(content);
			await handle.sync();
			const version = toFileVersion(await handle.stat({ bigint: true }));
			return { version, commit: () => renameSync(temporary, path), discard };
		} finally {
			await handle.close();
		}
	} catch (error) {
		await discard();
		throw error;
	}
}

/**
 * Puts `content` in the place of the file at `path` and returns its new version.
 * @param assertUnchanged called right before the file changes; throws to leave it as it is
 */
export async function replaceFile(path: string, content: string, assertUnchanged: () => void): Promise<FileVersion> {
	const file = await stageFile(path, content);
	try {
		assertUnchanged();
		commitOrThrowConflict(file);
		return file.version;
	} finally {
		await file.discard();
	}
}

/**
 * Writes the store and its backup and returns the store's new version. Both lie on the disk before either takes its place.
 * @param assertUnchanged called right before the store changes; throws to leave it as it is
 */
export async function writeStoreAndBackup(files: StoreFiles, text: string, assertUnchanged: () => void): Promise<FileVersion> {
	const main = await stageFile(files.main, text);
	try {
		const backup = await stageFile(files.backup, text);
		try {
			assertUnchanged();
			commitOrThrowConflict(main);
			tryCommitBackup(backup);
			return main.version;
		} finally {
			await backup.discard();
		}
	} finally {
		await main.discard();
	}
}

/** A file that another program holds open cannot be replaced for a moment on Windows. */
function commitOrThrowConflict(file: StagedFile): void {
	try {
		file.commit();
	} catch (cause) {
		throw new ConflictError('The file could not be replaced.', { cause });
	}
}

function tryCommitBackup(file: StagedFile): void {
	try {
		file.commit();
	} catch {
		// The change is made by now; a backup that stays behind is caught up at the next start.
	}
}
