import type { Problem } from '../../domain/problems';
import { stageFile } from '../../storage/atomicFile';
import { loadFile, MISSING_FILE_VERSION, type FileVersion } from '../../storage/fileVersions';
import { setAsideDamagedFile } from '../../storage/damagedFiles';
import type { StoreFiles } from './storeFiles';
import { createDocument, parseDocument, type StoreDocument } from './storeDocument';
import { removeDuplicates, serializeStore, STORE_VERSION } from './storeSchema';

/** The content of the store at one point in time. */
export interface StoreSnapshot extends StoreDocument {
	/** Version of the main file. */
	readonly fileVersion: FileVersion;
}

interface LoadedStore {
	readonly fileVersion: FileVersion;
	/** Undefined if the file isn't a token store. */
	readonly content: StoreDocument | undefined;
}

/**
 * Reads the store, which is empty if its file was never written. Returns undefined if `repairStore` has to be called.
 * @param known the content when the store was last read or written, so that only what has changed since is parsed
 * @throws ProblemError when the file can't be read
 */
export async function readStore(files: StoreFiles, known?: StoreSnapshot): Promise<StoreSnapshot | undefined> {
	const main = await loadStore(files.main, known);
	if (main?.content && (isUndamaged(main) || main.content.version > STORE_VERSION)) {
		return { ...main.content, fileVersion: main.fileVersion };
	}
	const backup = await loadStore(files.backup);
	const current = main?.fileVersion ?? MISSING_FILE_VERSION;
	if (main === undefined && backup === undefined) {
		return { ...createDocument([]), fileVersion: current };
	}
	// Files of a newer version can be repaired only by that version.
	return backup?.content && backup.content.version > STORE_VERSION ? { ...backup.content, fileVersion: current } : undefined;
}

/**
 * Sets damaged files aside, writes a new store with the tokens that can be read from the main file or its backup, and returns a message
 * for the user. If neither has any, the store starts empty. Call it while holding the lock, after `readStore` has returned undefined
 * under the same lock.
 * @throws ProblemError when a file can't be read; nothing was changed then
 */
export async function repairStore(files: StoreFiles, now: Date, assertHeld: () => void): Promise<Problem> {
	const main = await loadStore(files.main);
	const backup = await loadStore(files.backup);
	const setAllAside = () => [
		...(backup && !isUndamaged(backup) ? [setAsideDamagedFile(files.backup, now)] : []),
		...(main ? [setAsideDamagedFile(files.main, now)] : []),
	];
	const bestContent = main?.content ?? backup?.content;
	if (!bestContent) {
		assertHeld();
		return toLostProblem(files.main, setAllAside());
	}
	const tokens = removeDuplicates([...bestContent.tokens, ...(backup?.content?.tokens ?? [])]);
	const unreadableCount = bestContent.unreadableCount - (tokens.length - bestContent.tokens.length);
	const stagedFile = await stageFile(files.main, serializeStore(tokens));
	try {
		assertHeld();
		const damagedFiles = setAllAside();
		stagedFile.commit();
		return unreadableCount > 0
			? toIncompleteProblem(files.main, unreadableCount, damagedFiles)
			: toRestoredProblem(files.main, damagedFiles);
	} finally {
		await stagedFile.discard();
	}
}

function isUndamaged({ content }: LoadedStore): boolean {
	return content?.unreadableCount === 0;
}

async function loadStore(path: string, known?: StoreDocument): Promise<LoadedStore | undefined> {
	const file = await loadFile(path);
	return file && { fileVersion: file.fileVersion, content: parseDocument(file.bytes, known) };
}

function toRestoredProblem(file: string, damagedFiles: readonly string[]): Problem {
	return damagedFiles.length > 0 ? toDamagedProblem(file, damagedFiles) : toMissingProblem(file);
}

function toDamagedProblem(file: string, damagedFiles: readonly string[]): Problem {
	const template = '{0} was damaged and has been restored from backup. The damaged file was saved as {1}.';
	return { field: null, template, args: [file, damagedFiles.join(', ')] };
}

function toIncompleteProblem(file: string, unreadableCount: number, damagedFiles: readonly string[]): Problem {
	const template =
		unreadableCount === 1
			? "{0} is damaged. 1 token couldn't be read or restored from backup; all others were recovered. The damaged file was saved as {2}. Repair it manually, or delete it if you don't need it."
			: "{0} is damaged. {1} tokens couldn't be read or restored from backup; all others were recovered. The damaged file was saved as {2}. Repair it manually, or delete it if you don't need it.";
	return { field: null, template, args: [file, unreadableCount, damagedFiles.join(', ')] };
}

function toMissingProblem(file: string): Problem {
	return { field: null, template: '{0} was missing and has been restored from backup.', args: [file] };
}

function toLostProblem(file: string, damagedFiles: readonly string[]): Problem {
	const template = '{0} is damaged and has no usable backup, so the token list starts empty. The damaged file was saved as {1}.';
	return { field: null, template, args: [file, damagedFiles.join(', ')] };
}
