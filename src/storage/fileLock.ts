import { statSync } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { lockTimeoutProblem, getErrorCode, lockBlockedProblem, toWriteProblem } from './fileErrors';
import type { StoreFiles } from './fileVersions';

/** A window that crashed while it held the lock stands in the way for so many milliseconds. */
const STALE_LOCK_MS = 3000;

/** How long to wait for other windows, in milliseconds: longer than one may wait for its vault while it holds the lock. */
const LOCK_TIMEOUT_MS = 30_000;

/** How often a change is made anew when its file turns out to have changed beneath it. */
const MAX_ATTEMPTS = 5;

/** A file, and the lock that stands while a process changes it. */
export type LockableFile = Pick<StoreFiles, 'main' | 'lock'>;

/** What was read under the lock no longer holds when it comes to writing: the change must be made anew. */
export class ConflictError extends Error {}

/**
 * Changes a file while no other process does, in a folder that is made if need be. `change` is called again after a `ConflictError`,
 * which it throws rather than replace what it has not read.
 * @throws ProblemError when the file cannot be read or written
 */
export async function changeWithLock<T>(files: LockableFile, change: (assertHeld: () => void) => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			await mkdir(dirname(files.main), { recursive: true, mode: 0o700 });
			return await withLock(files, change);
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
 * Runs `action` while no other process does so for the same files. The folder must exist.
 * `assertHeld` throws a `ConflictError` once the lock is gone, as it is for a process that was stopped for longer than `STALE`.
 */
export async function withLock<T>(files: LockableFile, action: (assertHeld: () => void) => Promise<T>): Promise<T> {
	let isCompromised = false;
	// The default of `onCompromised` throws from a timer, where nobody can catch it.
	const release = await acquireLock(files, () => (isCompromised = true));
	const ownIdentity = readLockIdentity(files);
	const isHeld = () => !isCompromised && readLockIdentity(files) === ownIdentity;
	try {
		return await action(() => {
			if (!isHeld()) {
				throw new ConflictError('The lock has passed to another process.');
			}
		});
	} finally {
		// A lock that is no longer ours is its new owner's to release.
		if (isHeld()) {
			await release().catch(() => undefined);
		}
	}
}

/** The lock's own retries would also repeat what can never succeed, such as a folder without permission. */
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
				stale: STALE_LOCK_MS,
				update: STALE_LOCK_MS / 3,
				onCompromised,
			});
		} catch (error) {
			if (getErrorCode(error) === 'ENOENT') {
				throw new ConflictError('The folder or the lock in it was removed.', { cause: error });
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
				// The clock was set back after its owner crashed: a living one would have kept it fresh meanwhile.
				isAbandoned = time > Date.now() + STALE_LOCK_MS && performance.now() - lastSeen.since > STALE_LOCK_MS;
			}
		}
		// At random, so that two windows do not keep meeting.
		await setTimeout(5 + Math.random() * 10);
	}
}

/** Whether what stands in the place of the lock is something else: a lock is an empty folder. */
function isLockPathBlocked(error: unknown, { lock: path }: LockableFile): boolean {
	return getErrorCode(error) === 'ENOTEMPTY' || statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
}

/** When the lock was last kept fresh, in milliseconds since 1970; 0 where there is none. */
function readLockTime({ lock: path }: LockableFile): number {
	return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Tells our lock from one that another process put in its place. Its times of change do not: we keep it fresh ourselves. */
function readLockIdentity({ lock: path }: LockableFile): string | undefined {
	const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
	return stats && [stats.ino, stats.birthtimeNs].join(' ');
}
