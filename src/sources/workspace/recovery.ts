import { renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Problem } from '../../domain/problems';
import { prepareFile } from './atomicFile';
import { errorCode, readProblem } from './errors';
import { damagedPath, NO_FILE, versionOf, type FileVersion, type StoreFiles } from './files';
import { parseStore, STORE_VERSION, type StoreContent } from './schema';

/** The store as it was at one moment. */
export interface Snapshot extends StoreContent {
	/** Version of the main file that this was read from. */
	readonly fileVersion: FileVersion;
}

interface LoadedFile {
	readonly fileVersion: FileVersion;
	readonly bytes: Buffer;
	/** Undefined when the bytes are no store. */
	readonly content: StoreContent | undefined;
}

/**
 * Reads the store; one never written is empty. Undefined when `repair` has to be called.
 * @throws ProblemError when the file cannot be read
 */
export async function readStore(files: StoreFiles): Promise<Snapshot | undefined> {
	const main = await load(files.main);
	if (main?.content) {
		return { ...main.content, fileVersion: main.fileVersion };
	}
	const backup = await load(files.backup);
	const current = main?.fileVersion ?? NO_FILE;
	if (main === undefined && backup === undefined) {
		return { fileVersion: current, version: STORE_VERSION, tokens: [] };
	}
	// The files of a newer version are its own to repair.
	return backup?.content && backup.content.version > STORE_VERSION ? { ...backup.content, fileVersion: current } : undefined;
}

/**
 * Puts a damaged file aside and its backup in its place, and returns what a person is to be told about it.
 * Where the backup is damaged as well, both are put aside and the store begins anew. Call it under the lock, after `readStore`
 * has found there, too, that it is needed.
 * @throws ProblemError when a file cannot be read; then nothing was changed
 */
export async function repair(files: StoreFiles, now: Date, assertHeld: () => void): Promise<Problem> {
	const main = await load(files.main);
	const backup = await load(files.backup);
	const putAside = (path: string) => {
		const aside = damagedPath(files, path, now);
		renameSync(path, aside);
		return aside;
	};
	if (backup?.content) {
		const restored = await prepareFile(files.main, backup.bytes);
		try {
			assertHeld();
			const aside = main && putAside(files.main);
			restored.commit();
			return aside === undefined ? missing(files.main) : damaged(files.main, aside);
		} finally {
			await restored.discard();
		}
	}
	assertHeld();
	return lost(files.main, [...(backup ? [putAside(files.backup)] : []), ...(main ? [putAside(files.main)] : [])]);
}

/** What the file at `path` holds; undefined when there is none. */
async function load(path: string): Promise<LoadedFile | undefined> {
	try {
		const handle = await open(path);
		try {
			const version = versionOf(await handle.stat({ bigint: true }));
			const bytes = await handle.readFile();
			return { fileVersion: version, bytes, content: parseStore(bytes) };
		} finally {
			await handle.close();
		}
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return undefined;
		}
		throw readProblem(error, path);
	}
}

function damaged(file: string, aside: string): Problem {
	const template = 'The tokens in {0} were damaged and have been restored from their backup. The damaged file was kept as {1}.';
	return { field: null, template, args: [file, aside] };
}

function missing(file: string): Problem {
	return { field: null, template: 'The tokens in {0} were missing and have been restored from their backup.', args: [file] };
}

function lost(file: string, aside: readonly string[]): Problem {
	const template = 'The tokens in {0} were damaged and have no good backup. The list begins anew. What was there was kept as {1}.';
	return { field: null, template, args: [file, aside.join(', ')] };
}
