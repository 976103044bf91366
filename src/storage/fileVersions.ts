import { readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { getErrorCode, toReadProblem } from './fileErrors';

/** Path of a temporary file whose content is to replace `file`. `suffix` makes it unique. */
export function getTemporaryPath(file: string, suffix: string): string {
	return `${file}.${suffix}.tmp`;
}

/** Finds temporary files for `file` that were left by a crash; none if the folder doesn't exist. */
export function findTemporaryFiles(file: string): readonly string[] {
	const folder = dirname(file);
	return listFileNames(folder)
		.filter((name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.tmp'))
		.map((name) => join(folder, name));
}

/**
 * Identifies the content of a file without reading it: inode, size, and modification time. Every commit creates a new file, so the
 * inode distinguishes contents of equal size and time. For a file that can't be accessed, this is the code of the error.
 */
export type FileVersion = string;

/** The version of a file that doesn't exist. */
export const MISSING_FILE_VERSION: FileVersion = 'ENOENT';

export function readFileVersion(path: string): FileVersion {
	try {
		return toFileVersion(statSync(path, { bigint: true }));
	} catch (error) {
		return getErrorCode(error);
	}
}

export function toFileVersion({ ino, size, mtimeNs }: { ino: bigint; size: bigint; mtimeNs: bigint }): FileVersion {
	return [ino, size, mtimeNs].join(' ');
}

/** The content of a file, and the version that it was read from. */
export interface LoadedFile {
	readonly fileVersion: FileVersion;
	readonly bytes: Buffer;
}

/**
 * Reads the file at `path`. Returns undefined if it doesn't exist.
 * @throws ProblemError when the file can't be read
 */
export async function loadFile(path: string): Promise<LoadedFile | undefined> {
	try {
		const handle = await open(path);
		try {
			return { fileVersion: toFileVersion(await handle.stat({ bigint: true })), bytes: await handle.readFile() };
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (getErrorCode(error) === MISSING_FILE_VERSION) {
			return undefined;
		}
		throw toReadProblem(error, path);
	}
}

/** Lists the names in `folder`; none if it doesn't exist. */
export function listFileNames(folder: string): readonly string[] {
	try {
		return readdirSync(folder);
	} catch (error) {
		if (getErrorCode(error) === MISSING_FILE_VERSION) {
			return [];
		}
		throw error;
	}
}
