import { randomBytes } from 'node:crypto';
import { renameSync, type Stats } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { getErrorCode } from './fileErrors';
import { ConflictError } from './fileLock';
import { getTemporaryPath, toFileVersion, type FileVersion } from './fileVersions';

/** Content flushed to a temporary file, which replaces the target file atomically or not at all. */
export interface StagedFile {
	/** The version that the target file has after `commit`. */
	readonly version: FileVersion;
	/** Replaces the target file. Synchronous, so nothing can happen between a final check and the change itself. */
	commit(): void;
	/** Removes the temporary file. Does nothing after `commit`. */
	discard(): Promise<void>;
}

/**
 * Writes `content` to a temporary file next to `path` that only its owner can read, unless it gets the owner and mode of `like`.
 * Rejects, and leaves no file, unless every byte reached the disk, as far as the file system can tell: on a full disk, a write can be cut
 * short without an error.
 */
export async function stageFile(path: string, content: string | Uint8Array, like?: Stats): Promise<StagedFile> {
	const temporary = getTemporaryPath(path, randomBytes(6).toString('hex'));
	// If this fails, the next sweep removes the file. The change itself has already succeeded or been reported as failed.
	const discard = () => rm(temporary, { force: true }).catch(() => undefined);
	try {
		const handle = await open(temporary, 'wx', 0o600);
		try {
			await handle.writeFile(content);
			if (like) {
				await setOwnerAndMode(handle, like);
			}
			await flush(handle);
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

async function setOwnerAndMode(handle: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
	const own = await handle.stat();
	if (own.uid !== uid || own.gid !== gid) {
		await handle.chown(uid, gid);
	}
	await handle.chmod(mode & 0o7777);
}

/** Errors of file systems that can't flush a file, such as network shares (SMB, AFP) and some that run in user space (FUSE). */
const FLUSH_UNSUPPORTED_CODE = /^(ENOTSUP|EINVAL|EBADF|EPERM)$/;

/** Flushes the file to the disk. On file systems that can't, closing the file is all that can be done. */
async function flush(handle: FileHandle): Promise<void> {
	try {
		await handle.sync();
	} catch (error) {
		if (!FLUSH_UNSUPPORTED_CODE.test(getErrorCode(error))) {
			throw error;
		}
	}
}

/**
 * Replaces the content of the file at `path` atomically and returns the file's new version.
 * @param assertUnchanged called right before the file changes; throws to leave it as it is
 * @param like whose owner and mode the file gets; by default, only its owner can read it
 * @throws ConflictError when another program prevents the replacement
 */
export async function replaceFile(
	path: string,
	content: string | Uint8Array,
	assertUnchanged: () => void = () => undefined,
	like?: Stats,
): Promise<FileVersion> {
	const file = await stageFile(path, content, like);
	try {
		assertUnchanged();
		commitOrThrowConflict(file);
		return file.version;
	} finally {
		await file.discard();
	}
}

/** Commits, and reports a failure as a conflict: on Windows, a file can't be replaced while another program has it open. */
export function commitOrThrowConflict(file: StagedFile): void {
	try {
		file.commit();
	} catch (cause) {
		throw new ConflictError('replaceFailed', { cause });
	}
}
