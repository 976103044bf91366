import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getErrorCode } from './fileErrors';
import { createPrivateFolder } from './privateFolder';

/**
 * Returns true the first time it's called with a name, in any window.
 * @param folder contains an empty file for each name; created with the first one
 */
export async function claimOnce(folder: string, name: string): Promise<boolean> {
	await createPrivateFolder(folder);
	try {
		await writeFile(join(folder, encodeURIComponent(name)), '', { flag: 'wx', mode: 0o600 });
		return true;
	} catch (error) {
		if (getErrorCode(error) === 'EEXIST') {
			return false;
		}
		throw error;
	}
}
