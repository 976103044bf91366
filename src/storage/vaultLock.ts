import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { getStoreFiles } from './fileVersions';
import { withLock } from './fileLock';

/** Lets one window at a time move keys for the store in `folder`, which is made if need be. Tokens can be changed meanwhile. */
export function createVaultLock(folder: string): <T>(action: (assertHeld: () => void) => Promise<T>) => Promise<T> {
	const files = { ...getStoreFiles(folder), main: join(folder, 'vault'), lock: join(folder, 'vault.lock') };
	return async (action) => {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		return withLock(files, action);
	};
}
