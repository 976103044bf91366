import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
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
		// Never opens an existing file or a link to one.
		await writeFile(this.#getFilePath(keyId), '', { flag: 'wx', mode: 0o600, flush: true }).catch(async (error: unknown) => {
			// The ID was added before, or the file system doesn't support flushing.
			if (!(await this.list()).includes(keyId)) {
				throw error;
			}
		});
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
			if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
				return [];
			}
			throw error;
		}
	}

	#getFilePath(keyId: string): string {
		return join(this.folder, encodeURIComponent(keyId) + INDEX_FILE_SUFFIX);
	}
}
