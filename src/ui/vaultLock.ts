import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exclusively } from '../secrets/switchableVault';
import { storeFiles } from '../sources/workspace/files';
import { withLock } from '../sources/workspace/lock';

/** Lets one window at a time move keys for the store in `folder`, which is made if need be. Tokens can be changed meanwhile. */
export function oneWindowAtATime(folder: string): Exclusively {
	const files = { ...storeFiles(folder), main: join(folder, 'vault'), lock: join(folder, 'vault.lock') };
	return async (action) => {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		return withLock(files, action);
	};
}
