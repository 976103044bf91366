import { constants } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { logFailure, type Log } from '../domain/log';
import { withLock } from '../storage/fileLock';
import { createPrivateFolder } from '../storage/privateFolder';
import type { AuditEntry } from './auditEntry';

/** From this size on, in bytes, the file is renamed and a new one is begun. */
const MAX_SIZE = 1_000_000;

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants as Partial<typeof constants>;
/** Doesn't follow a link, and doesn't wait for the reader of a pipe: a release would wait, too. Windows has neither. */
const APPEND_FLAGS = (O_APPEND ?? 0) | (O_CREAT ?? 0) | (O_WRONLY ?? 0) | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);

/** Appends to the audit log: a file with a JSON object per line, next to the tokens, and one file with older lines. */
export class AuditFile {
	readonly path: string;
	readonly #olderPath: string;
	readonly #limit = pLimit(1);

	/** @param folder path of the folder that contains the tokens; created with the first line */
	constructor(
		private readonly folder: string,
		private readonly log: Log,
	) {
		this.path = join(folder, 'audit.jsonl');
		this.#olderPath = join(folder, 'audit.older.jsonl');
	}

	/** Appends a line. Windows can do so at the same time. A failure is logged, because no key depends on it. */
	async append(entry: AuditEntry): Promise<void> {
		await this.#limit(async () => {
			await createPrivateFolder(this.folder);
			if (await this.#isFull()) {
				await this.#startNewFile().catch(logFailure(this.log, 'rename the audit log'));
			}
			const file = await open(this.path, APPEND_FLAGS, 0o600);
			try {
				await file.writeFile(`${JSON.stringify(entry)}\n`);
			} finally {
				await file.close();
			}
		}).catch(logFailure(this.log, 'write the audit log'));
	}

	/** One window at a time, because the second of two would replace the older lines with the few that were written in between. */
	async #startNewFile(): Promise<void> {
		await withLock({ main: this.path, lock: `${this.path}.lock` }, this.log, async () => {
			if (await this.#isFull()) {
				await rename(this.path, this.#olderPath);
			}
		});
	}

	async #isFull(): Promise<boolean> {
		const { size } = await stat(this.path).catch(() => ({ size: 0 }));
		return size >= MAX_SIZE;
	}
}
