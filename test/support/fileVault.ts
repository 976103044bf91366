import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Vault } from '../../src/domain/ports';

const KEY_FILE_SUFFIX = '.key';

/** A vault that several processes can share: one file per key, written atomically. */
export class FileVault implements Vault {
	constructor(private readonly folder: string) {}

	async get(keyId: string): Promise<string | undefined> {
		try {
			return await readFile(this.#path(keyId), 'utf8');
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
				return undefined;
			}
			throw error;
		}
	}

	async set(keyId: string, secret: string): Promise<void> {
		await mkdir(this.folder, { recursive: true });
		const temporary = join(this.folder, randomUUID());
		await writeFile(temporary, secret);
		await rename(temporary, this.#path(keyId));
	}

	async delete(keyId: string): Promise<void> {
		await rm(this.#path(keyId), { force: true });
	}

	async keyIds(): Promise<readonly string[]> {
		await mkdir(this.folder, { recursive: true });
		const names = await readdir(this.folder);
		return names.filter((name) => name.endsWith(KEY_FILE_SUFFIX)).map((name) => name.slice(0, -KEY_FILE_SUFFIX.length));
	}

	#path(keyId: string): string {
		return join(this.folder, keyId + KEY_FILE_SUFFIX);
	}
}
