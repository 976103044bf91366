import { constants } from 'node:fs';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LoggedRequest } from '../domain/loggedRequest';
import { problem } from '../domain/problems';
import { getErrorCode } from '../storage/fileErrors';

/** How long lines are collected before they're written, in milliseconds. */
const FLUSH_DELAY_MS = 1000;
/** The file is renamed when it has this size, in bytes, and replaces the one that was renamed before. */
const MAX_FILE_BYTES = 10 * 1024 * 1024;
/** Lines that wait for a slow disk. Further requests are only counted. */
const MAX_PENDING_LINES = 20_000;
const PRIVATE_FILE_MODE = 0o600;
/** Doesn't wait for a program that reads from a pipe. Windows has no such flag, and no pipes among files. */
const APPEND_FLAGS =
	constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

/** Returns a request as JSON on one line. */
export function formatLoggedRequest({ time, tokenId, reason, ...rest }: LoggedRequest): string {
	return JSON.stringify({ time: new Date(time).toISOString(), token: tokenId, ...rest, ...(reason && { reason }) });
}

/** Returns the line that takes the place of requests that were only counted, because nothing could be written fast enough. */
export function formatSkippedRequests(count: number): string {
	return JSON.stringify({ time: new Date().toISOString(), skipped: count });
}

/** Appends a line of JSON for each request to a file that only the user can read, in batches. */
export class RequestLogFile {
	#lines: string[] = [];
	#skippedCount = 0;
	#timer: NodeJS.Timeout | undefined;
	#writing: Promise<void> = Promise.resolve();

	/**
	 * @param path absolute; the previous file has the suffix `.old`
	 * @param onFailure called for each batch that couldn't be written, and is lost
	 */
	constructor(
		private readonly path: string,
		private readonly onFailure: (error: unknown) => void,
		private readonly maxFileBytes = MAX_FILE_BYTES,
	) {}

	add(request: LoggedRequest): void {
		if (this.#lines.length >= MAX_PENDING_LINES) {
			this.#skippedCount++;
			return;
		}
		this.#lines.push(formatLoggedRequest(request));
		this.#timer ??= setTimeout(() => void this.flush(), FLUSH_DELAY_MS);
	}

	/** Writes the lines so far. Resolves when that has succeeded or failed. */
	flush(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		return (this.#writing = this.#writing.then(() => this.#flush()).catch(this.onFailure));
	}

	async #flush(): Promise<void> {
		const lines = this.#lines;
		if (lines.length === 0) {
			return;
		}
		this.#lines = [];
		if (this.#skippedCount > 0) {
			lines.push(formatSkippedRequests(this.#skippedCount));
			this.#skippedCount = 0;
		}
		await mkdir(dirname(this.path), { recursive: true });
		// If it couldn't be renamed before, it must not grow further.
		await this.#renameIfLarge();
		const file = await open(this.path, APPEND_FLAGS, PRIVATE_FILE_MODE);
		try {
			if (!(await file.stat()).isFile()) {
				throw problem('`connectTokens.gateway.logFile` is the path of something other than a file, such as a device. Choose another path.');
			}
			// The file may have existed before, with other permissions.
			await file.chmod(PRIVATE_FILE_MODE);
			await file.appendFile(`${lines.join('\n')}\n`);
		} finally {
			await file.close();
		}
		await this.#renameIfLarge();
	}

	async #renameIfLarge(): Promise<void> {
		try {
			const file = await stat(this.path);
			if (file.isFile() && file.size >= this.maxFileBytes) {
				await rename(this.path, `${this.path}.old`);
			}
		} catch (error) {
			// It doesn't exist yet, or another window has renamed it.
			if (getErrorCode(error) !== 'ENOENT') {
				throw error;
			}
		}
	}
}
