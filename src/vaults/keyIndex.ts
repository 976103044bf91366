import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const INDEX_FILE_SUFFIX = '.key';

/**
 * Stores the IDs of the keys in a vault that can't list them. Each ID has its own file, so several windows don't need a lock, and a
 * crash can't damage anything.
 */
export class KeyIndex {
	/** @param folder created with the first ID */
	constructor(private readonly folder: string) {}

	async add(keyId: string): Promise<void> {
		await mkdir(this.folder, { recursive: true, mode: 0o700 });
		try {
			// Never opens an existing file or a link to one.
			const file = await open(this.#getFilePath(keyId), 'wx', 0o600);
			// Some file systems don't support this. There, the ID can get lost only if the machine crashes right now.
			await file.sync().catch(() => undefined);
			await file.close();
		} catch (error) {
			if (getErrorCode(error) !== 'EEXIST') {
				throw error;
			}
		}
	}

	async remove(keyId: string): Promise<void> {
		await rm(this.#getFilePath(keyId), { force: true });
	}

	async list(): Promise<readonly string[]> {
		try {
			const names = await readdir(this.folder);
			return names
				.filter((name) => name.endsWith(INDEX_FILE_SUFFIX))
				.map((name) => decodeURIComponent(name.slice(0, -INDEX_FILE_SUFFIX.length)));
		} catch (error) {
			if (getErrorCode(error) === 'ENOENT') {
				return [];
			}
			throw error;
		}
	}

	#getFilePath(keyId: string): string {
		return join(this.folder, encodeURIComponent(keyId) + INDEX_FILE_SUFFIX);
	}
}

function getErrorCode(error: unknown): unknown {
	return error instanceof Error && 'code' in error ? error.code : undefined;
}
