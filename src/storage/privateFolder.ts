import { chmod, mkdir, stat } from 'node:fs/promises';

/** Permissions of a folder that only its owner can access. */
export const PRIVATE_FOLDER_MODE = 0o700;
const OTHER_USERS_MODE = 0o077;

/** Creates a folder, and its parents, that only its owner can access. If it exists, removes the access of other users. */
export async function createPrivateFolder(path: string): Promise<void> {
	await mkdir(path, { recursive: true, mode: PRIVATE_FOLDER_MODE });
	if (((await stat(path)).mode & OTHER_USERS_MODE) !== 0) {
		// Some file systems don't support permissions, or the folder belongs to another user. Its files are private in any case.
		await chmod(path, PRIVATE_FOLDER_MODE).catch(() => undefined);
	}
}
