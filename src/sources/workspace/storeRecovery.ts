import { renameSync } from 'node:fs';
import type { Problem } from '../../domain/problems';
import { stageFile } from '../../storage/atomicFile';
import { getDamagedFilePath, loadFile, MISSING_FILE_VERSION, type FileVersion, type StoreFiles } from '../../storage/fileVersions';
import { serializeStore, parseStore, STORE_VERSION, removeDuplicates, type StoreContent } from './storeSchema';

/** The store as it was at one moment. */
export interface StoreSnapshot extends Omit<StoreContent, 'unreadableCount'> {
	/** Version of the main file that this was read from. */
	readonly fileVersion: FileVersion;
}

interface LoadedStore {
	readonly fileVersion: FileVersion;
	/** Undefined when the file is no store. */
	readonly content: StoreContent | undefined;
}

/**
 * Reads the store; one never written is empty. Undefined when `repair` has to be called.
 * @throws ProblemError when the file cannot be read
 */
export async function readStore(files: StoreFiles): Promise<StoreSnapshot | undefined> {
	const main = await loadStore(files.main);
	if (main?.content && (isUndamaged(main) || main.content.version > STORE_VERSION)) {
		return toSnapshot(main.content, main.fileVersion);
	}
	const backup = await loadStore(files.backup);
	const current = main?.fileVersion ?? MISSING_FILE_VERSION;
	if (main === undefined && backup === undefined) {
		return { fileVersion: current, version: STORE_VERSION, tokens: [] };
	}
	// The files of a newer version are its own to repair.
	return backup?.content && backup.content.version > STORE_VERSION ? toSnapshot(backup.content, current) : undefined;
}

/**
 * Puts a damaged file aside and in its place the tokens that can be read in it, with those that only its backup has, and returns what
 * a person is to be told about it. Where neither has any, the store begins anew. Call it under the lock, after `readStore` has found
 * there, too, that it is needed.
 * @throws ProblemError when a file cannot be read; then nothing was changed
 */
export async function repairStore(files: StoreFiles, now: Date, assertHeld: () => void): Promise<Problem> {
	const main = await loadStore(files.main);
	const backup = await loadStore(files.backup);
	const setAside = (path: string) => {
		const asidePath = getDamagedFilePath(path, now);
		renameSync(path, asidePath);
		return asidePath;
	};
	const setAllAside = () => [...(backup && !isUndamaged(backup) ? [setAside(files.backup)] : []), ...(main ? [setAside(files.main)] : [])];
	const bestContent = main?.content ?? backup?.content;
	if (!bestContent) {
		assertHeld();
		return toLostProblem(files.main, setAllAside());
	}
	const tokens = removeDuplicates([...bestContent.tokens, ...(backup?.content?.tokens ?? [])]);
	const unreadable = bestContent.unreadableCount - (tokens.length - bestContent.tokens.length);
	const stagedFile = await stageFile(files.main, serializeStore(tokens));
	try {
		assertHeld();
		const asidePath = setAllAside();
		stagedFile.commit();
		return unreadable > 0 ? toIncompleteProblem(files.main, unreadable, asidePath) : toRestoredProblem(files.main, asidePath);
	} finally {
		await stagedFile.discard();
	}
}

function isUndamaged({ content }: LoadedStore): boolean {
	return content?.unreadableCount === 0;
}

function toSnapshot({ version, tokens }: StoreContent, fileVersion: FileVersion): StoreSnapshot {
	return { version, tokens, fileVersion };
}

async function loadStore(path: string): Promise<LoadedStore | undefined> {
	const file = await loadFile(path);
	return file && { fileVersion: file.fileVersion, content: parseStore(file.bytes) };
}

function toRestoredProblem(file: string, aside: readonly string[]): Problem {
	return aside.length > 0 ? toDamagedProblem(file, aside) : toMissingProblem(file);
}

function toDamagedProblem(file: string, aside: readonly string[]): Problem {
	const template = '{0} was damaged and has been restored from backup. The damaged file was saved as {1}.';
	return { field: null, template, args: [file, aside.join(', ')] };
}

function toIncompleteProblem(file: string, unreadable: number, aside: readonly string[]): Problem {
	const template =
		unreadable === 1
			? "{0} is damaged. 1 token couldn't be read or restored from backup; all others were recovered. The damaged file was saved as {2}. Repair it manually, or delete it if you don't need it."
			: "{0} is damaged. {1} tokens couldn't be read or restored from backup; all others were recovered. The damaged file was saved as {2}. Repair it manually, or delete it if you don't need it.";
	return { field: null, template, args: [file, unreadable, aside.join(', ')] };
}

function toMissingProblem(file: string): Problem {
	return { field: null, template: '{0} was missing and has been restored from backup.', args: [file] };
}

function toLostProblem(file: string, aside: readonly string[]): Problem {
	const template = '{0} is damaged and has no usable backup, so the token list starts empty. The damaged file was saved as {1}.';
	return { field: null, template, args: [file, aside.join(', ')] };
}
