import fs, { lstatSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { logFailure, type Log } from '../domain/log';
import { getErrorCode, lockBlockedProblem, lockTimeoutProblem, toWriteProblem } from './fileErrors';
import { createPrivateFolder, PRIVATE_FOLDER_MODE } from './privateFolder';

/** Age at which a lock is considered abandoned by a window that crashed. */
const STALE_LOCK_MS = 3000;

/** How long to wait for other windows: longer than a window may wait for its vault while it holds the lock. */
const LOCK_TIMEOUT_MS = 30_000;

/** How many times a change is attempted when another process interferes with it. */
const MAX_ATTEMPTS = 5;

/** Makes `lock` create folders that only their owner can access. */
const privateFs = {
	...fs,
	mkdir: (path: string, callback: fs.NoParamCallback) => fs.mkdir(path, PRIVATE_FOLDER_MODE, callback),
};

/** A file, and the lock that exists while a process changes it. */
export interface LockableFile {
	readonly main: string;
	readonly lock: string;
}

export type ConflictCode = 'lockLost' | 'fileChanged' | 'damagedAgain' | 'replaceFailed' | 'folderRemoved';

/** Another process or program interfered with a change, so it wasn't made and has to be attempted again with the current content. */
export class ConflictError extends Error {
	override readonly name = 'ConflictError';

	constructor(
		readonly code: ConflictCode,
		options?: ErrorOptions,
	) {
		super(options?.cause instanceof Error ? options.cause.message : code, options);
	}
}

/**
 * Changes a file while holding its lock. Creates its folder if necessary. `change` is called again after a `ConflictError`,
 * which it throws instead of overwriting content that it hasn't read.
 * @throws ProblemError when the file can't be read or written
 */
export async function changeWithLock<T>(files: LockableFile, log: Log, change: (assertHeld: () => void) => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			await createPrivateFolder(dirname(files.main));
			return await withLock(files, log, change);
		} catch (error) {
			if (!(error instanceof ConflictError)) {
				throw toWriteProblem(error, files.main);
			}
			if (attempt === MAX_ATTEMPTS) {
				throw error.cause ? toWriteProblem(error.cause, files.main) : lockTimeoutProblem();
			}
			await setTimeout(attempt * 20);
		}
	}
}

/**
 * Runs `action` while holding the file's lock. The folder must exist.
 * `assertHeld` throws a `ConflictError` once the lock is lost, which happens to a process that was suspended for `STALE_LOCK_MS`.
 */
export async function withLock<T>(files: LockableFile, log: Log, action: (assertHeld: () => void) => Promise<T>): Promise<T> {
	let isCompromised = false;
	// By default, `onCompromised` throws from a timer, where the error can't be caught.
	const release = await acquireLock(files, () => (isCompromised = true));
	const ownIdentity = readLockIdentity(files);
	const isHeld = () => !isCompromised && readLockIdentity(files) === ownIdentity;
	try {
		return await action(() => {
			if (!isHeld()) {
				throw new ConflictError('lockLost');
			}
		});
	} finally {
		// A lock that was lost belongs to another process, which releases it.
		if (isHeld()) {
			await release().catch(logFailure(log, 'release a lock'));
		}
	}
}

/** Retries on its own because the retries of `lock` would also repeat what can't succeed, such as in a folder without permission. */
async function acquireLock(files: LockableFile, onCompromised: () => void): Promise<() => Promise<void>> {
	const startedAt = performance.now();
	let lastSeen = { time: readLockTime(files), since: startedAt };
	let isAbandoned = false;
	for (;;) {
		try {
			if (isAbandoned) {
				isAbandoned = false;
				await rmdir(files.lock);
			}
			return await lock(files.main, {
				lockfilePath: files.lock,
				realpath: false,
				fs: privateFs,
				stale: STALE_LOCK_MS,
				update: STALE_LOCK_MS / 3,
				onCompromised,
			});
		} catch (error) {
			if (getErrorCode(error) === 'ENOENT') {
				throw new ConflictError('folderRemoved', { cause: error });
			}
			if (isLockPathBlocked(error, files)) {
				throw lockBlockedProblem(files.lock);
			}
			if (getErrorCode(error) !== 'ELOCKED') {
				throw error;
			}
			if (performance.now() - startedAt > LOCK_TIMEOUT_MS) {
				throw lockTimeoutProblem();
			}
			const time = readLockTime(files);
			if (time !== lastSeen.time) {
				lastSeen = { time, since: performance.now() };
			} else {
				// The clock was set back after the owner crashed; a running owner would have updated the lock in the meantime.
				isAbandoned = time > Date.now() + STALE_LOCK_MS && performance.now() - lastSeen.since > STALE_LOCK_MS;
			}
		}
		// Random, so that two windows don't keep colliding.
		await setTimeout(5 + Math.random() * 10);
	}
}

/** Whether something other than a lock exists at its path: a lock is an empty folder. */
function isLockPathBlocked(error: unknown, { lock: path }: LockableFile): boolean {
	return getErrorCode(error) === 'ENOTEMPTY' || lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
}

/** When the lock was last updated by its owner, in milliseconds since the epoch; 0 if there's no lock. */
function readLockTime({ lock: path }: LockableFile): number {
	return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Distinguishes our lock from one that another process has created since. The modification time can't, because we update it ourselves. */
function readLockIdentity({ lock: path }: LockableFile): string | undefined {
	const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
	return stats && [stats.ino, stats.birthtimeNs].join(' ');
}
