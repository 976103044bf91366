import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';

/**
 * Reads a text file in UTF-8, the encoding that HTTP clients expect. Returns undefined if it can't be read, isn't a file, is larger than
 * `maxBytes`, or isn't in any of the folders: a symbolic link could lead elsewhere.
 */
export async function readFileInside(path: string, folders: readonly string[], maxBytes: number): Promise<string | undefined> {
	try {
		const realPath = await realpath(path);
		const realFolders = await Promise.all(folders.map((folder) => realpath(folder)));
		const stats = await stat(realPath);
		const isReadable = realFolders.some((folder) => isInside(folder, realPath)) && stats.isFile() && stats.size <= maxBytes;
		return isReadable ? await readFile(realPath, 'utf8') : undefined;
	} catch {
		return undefined;
	}
}

function isInside(folder: string, path: string): boolean {
	const below = relative(folder, path);
	return below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}
