import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getErrorCode } from '../../src/storage/fileErrors';

/** Finds the files under `folder` that contain `text`. Meanwhile, the extension may delete files and folders, such as its locks. */
export async function findFilesContaining(folder: string, text: string): Promise<string[]> {
	const found: string[] = [];
	for (const entry of await readdir(folder, { withFileTypes: true }).catch(returnIfMissing([]))) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) {
			found.push(...(await findFilesContaining(path, text)));
		} else if (entry.isFile() && (await readFile(path, 'latin1').catch(returnIfMissing(''))).includes(text)) {
			found.push(path);
		}
	}
	return found;
}

function returnIfMissing<T>(value: T): (error: unknown) => T {
	return (error) => {
		if (getErrorCode(error) === 'ENOENT') {
			return value;
		}
		throw error;
	};
}
