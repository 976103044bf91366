import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './errors';

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

/** Names in the store's folder of temporary files and of damaged files put aside; none when there is no folder. */
export function leftovers({ folder }: StoreFiles): { temporary: readonly string[]; damaged: readonly string[] } {
	const names = namesIn(folder);
	return {
		temporary: names.filter((name) => [MAIN, BACKUP].some((file) => name.startsWith(`${file}.`)) && name.endsWith('.tmp')),
		damaged: names.filter((name) => /^tokens\.(backup\.)?damaged-/.test(name)),
	};
}

/** A name that nothing in the folder has: the damaged file's own with the time put in. */
export function damagedPath({ folder, backup }: StoreFiles, file: string, now: Date): string {
	const stem = file === backup ? 'tokens.backup.damaged' : 'tokens.damaged';
	const names = namesIn(folder);
	const time = now.toISOString().replaceAll(':', '-');
	for (let copy = 1; ; copy++) {
		const name = `${stem}-${time}${copy > 1 ? `-${copy}` : ''}.json`;
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
