import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const INDEX_FILE_SUFFIX = '.key';

/**
 * The ids of the keys that a vault may hold, for a vault that cannot be asked for them.
 * A file for each, so that several windows need no lock and a crash leaves each there or not.
 */
export class KeyIndex {
	/** @param folder is made with the first id */
	constructor(private readonly folder: string) {}

	async add(keyId: string): Promise<void> {
		await mkdir(this.folder, { recursive: true, mode: 0o700 });
		await writeFile(this.#getFilePath(keyId), '', { flush: true });
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
