import { readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errorCode, readProblem } from './errors';

const MAIN = 'tokens.json';
const BACKUP = 'tokens.backup.json';

/** The paths of one workspace's store. */
export interface StoreFiles {
	readonly folder: string;
	readonly main: string;
	/** The last committed content once more, for the day the main file is damaged. */
	readonly backup: string;
	/** Stands while a window changes the store. */
	readonly lock: string;
}

export function storeFiles(folder: string): StoreFiles {
	return { folder, main: join(folder, MAIN), backup: join(folder, BACKUP), lock: join(folder, 'tokens.lock') };
}

/** Where the content of `file` is written before it takes the file's place. `tag` sets several apart. */
export function temporaryPath(file: string, tag: string): string {
	return `${file}.${tag}.tmp`;
}

/** Paths of temporary files that a crash has left of `file`; none when there is no folder. */
export function temporaryPaths(file: string): readonly string[] {
	const folder = dirname(file);
	return namesIn(folder)
		.filter((name) => name.startsWith(`${basename(file)}.`) && name.endsWith('.tmp'))
		.map((name) => join(folder, name));
}

/** Paths in the store's folder of temporary files and of damaged files put aside; none when there is no folder. */
export function leftovers({ folder, main, backup }: StoreFiles): { temporary: readonly string[]; damaged: readonly string[] } {
	return {
		temporary: [main, backup].flatMap(temporaryPaths),
		damaged: namesIn(folder)
			.filter((name) => /^tokens\.(backup\.)?damaged-/.test(name))
			.map((name) => join(folder, name)),
	};
}

/** A path beside `file` that nothing has: the damaged file's own with the time put in. */
export function damagedPath(file: string, now: Date): string {
	const folder = dirname(file);
	const stem = basename(file, '.json');
	const names = namesIn(folder);
	const time = now.toISOString().replaceAll(':', '-');
	for (let copy = 1; ; copy++) {
		const name = `${stem}.damaged-${time}${copy > 1 ? `-${copy}` : ''}.json`;
		if (!names.includes(name)) {
			return join(folder, name);
		}
	}
}

/**
 * Tells one content of a file from another without reading it. Every commit makes a new file, so the inode tells apart
 * what size and time cannot. A file that cannot be examined has the code of the reason for its version.
 */
export type FileVersion = string;

/** The version of a file that is not there. */
export const NO_FILE: FileVersion = 'ENOENT';

export function fileVersion(path: string): FileVersion {
	try {
		return versionOf(statSync(path, { bigint: true }));
	} catch (error) {
		return errorCode(error);
	}
}

export function versionOf({ ino, size, mtimeNs }: { ino: bigint; size: bigint; mtimeNs: bigint }): FileVersion {
	return [ino, size, mtimeNs].join(' ');
}

/** What a file held at one moment. */
export interface LoadedFile {
	readonly fileVersion: FileVersion;
	readonly bytes: Buffer;
}

/**
 * What the file at `path` holds; undefined when there is none.
 * @throws ProblemError when it cannot be read
 */
export async function loadFile(path: string): Promise<LoadedFile | undefined> {
	try {
		const handle = await open(path);
		try {
			return { fileVersion: versionOf(await handle.stat({ bigint: true })), bytes: await handle.readFile() };
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (errorCode(error) === NO_FILE) {
			return undefined;
		}
		throw readProblem(error, path);
	}
}

function namesIn(folder: string): readonly string[] {
	try {
		return readdirSync(folder);
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return [];
		}
		throw error;
	}
}
