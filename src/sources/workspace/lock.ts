import { statSync } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { busyProblem, errorCode, obstacleProblem, writeProblem } from './errors';
import type { StoreFiles } from './files';

/** A window that crashed while it held the lock stands in the way for so many milliseconds. */
const STALE = 3000;

/** How long to wait for other windows, in milliseconds: longer than one may wait for its vault while it holds the lock. */
const PATIENCE = 30_000;

/** How often a change is made anew when its file turns out to have changed beneath it. */
const ATTEMPTS = 5;

/** A file, and the lock that stands while a process changes it. */
export type LockedFile = Pick<StoreFiles, 'main' | 'lock'>;

/** What was read under the lock no longer holds when it comes to writing: the change must be made anew. */
export class ConflictError extends Error {}

/**
 * Changes a file while no other process does, in a folder that is made if need be. `change` is called again after a `ConflictError`,
 * which it throws rather than replace what it has not read.
 * @throws ProblemError when the file cannot be read or written
 */
export async function changeLocked<T>(files: LockedFile, change: (assertHeld: () => void) => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			await mkdir(dirname(files.main), { recursive: true, mode: 0o700 });
			return await withLock(files, change);
		} catch (error) {
			if (!(error instanceof ConflictError)) {
				throw writeProblem(error, files.main);
			}
			if (attempt === ATTEMPTS) {
				throw error.cause ? writeProblem(error.cause, files.main) : busyProblem();
			}
			await setTimeout(attempt * 20);
		}
	}
}

/**
 * Runs `action` while no other process does so for the same files. The folder must exist.
 * `assertHeld` throws a `ConflictError` once the lock is gone, as it is for a process that was stopped for longer than `STALE`.
 */
export async function withLock<T>(files: LockedFile, action: (assertHeld: () => void) => Promise<T>): Promise<T> {
	let compromised = false;
	// The default of `onCompromised` throws from a timer, where nobody can catch it.
	const release = await acquire(files, () => (compromised = true));
	const identity = lockIdentity(files);
	const isHeld = () => !compromised && lockIdentity(files) === identity;
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
async function acquire(files: LockedFile, onCompromised: () => void): Promise<() => Promise<void>> {
	const start = performance.now();
	let seen = { time: changeTime(files), since: start };
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
				stale: STALE,
				update: STALE / 3,
				onCompromised,
			});
		} catch (error) {
			if (errorCode(error) === 'ENOENT') {
				throw new ConflictError('The folder or the lock in it was removed.', { cause: error });
			}
			if (isObstacle(error, files)) {
				throw obstacleProblem(files.lock);
			}
			if (errorCode(error) !== 'ELOCKED') {
				throw error;
			}
			if (performance.now() - start > PATIENCE) {
				throw busyProblem();
			}
			const time = changeTime(files);
			if (time !== seen.time) {
				seen = { time, since: performance.now() };
			} else {
				// The clock was set back after its owner crashed: a living one would have kept it fresh meanwhile.
				isAbandoned = time > Date.now() + STALE && performance.now() - seen.since > STALE;
			}
		}
		// At random, so that two windows do not keep meeting.
		await setTimeout(5 + Math.random() * 10);
	}
}

/** Whether what stands in the place of the lock is something else: a lock is an empty folder. */
function isObstacle(error: unknown, { lock: path }: LockedFile): boolean {
	return errorCode(error) === 'ENOTEMPTY' || statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
}

/** When the lock was last kept fresh, in milliseconds since 1970; 0 where there is none. */
function changeTime({ lock: path }: LockedFile): number {
	return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Tells our lock from one that another process put in its place. Its times of change do not: we keep it fresh ourselves. */
function lockIdentity({ lock: path }: LockedFile): string | undefined {
	const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
	return stats && [stats.ino, stats.birthtimeNs].join(' ');
}
