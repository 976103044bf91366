import { join } from 'node:path';
import type { Log } from '../domain/log';
import { withLock } from './fileLock';
import { createPrivateFolder } from './privateFolder';

/**
 * Creates a function that runs an action while no other window moves keys for the store in `folder`, which is created if necessary.
 * Tokens can still be changed in the meantime.
 */
export function createVaultLock(folder: string, log: Log): <T>(action: (assertHeld: () => void) => Promise<T>) => Promise<T> {
	const files = { main: join(folder, 'vault'), lock: join(folder, 'vault.lock') };
	return async (action) => {
		await createPrivateFolder(folder);
		return withLock(files, log, action);
	};
}
