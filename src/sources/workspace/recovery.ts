import { renameSync } from 'node:fs';
import type { Problem } from '../../domain/problems';
import { prepareFile } from './atomicFile';
import { damagedPath, loadFile, NO_FILE, type FileVersion, type StoreFiles } from './files';
import { formatStore, parseStore, STORE_VERSION, withoutRepetition, type StoreContent } from './schema';

/** The store as it was at one moment. */
export interface Snapshot extends Omit<StoreContent, 'unreadable'> {
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
export async function readStore(files: StoreFiles): Promise<Snapshot | undefined> {
	const main = await load(files.main);
	if (main?.content && (isWhole(main) || main.content.version > STORE_VERSION)) {
		return snapshotOf(main.content, main.fileVersion);
	}
	const backup = await load(files.backup);
	const current = main?.fileVersion ?? NO_FILE;
	if (main === undefined && backup === undefined) {
		return { fileVersion: current, version: STORE_VERSION, tokens: [] };
	}
	// The files of a newer version are its own to repair.
	return backup?.content && backup.content.version > STORE_VERSION ? snapshotOf(backup.content, current) : undefined;
}

/**
 * Puts a damaged file aside and in its place the tokens that can be read in it, with those that only its backup has, and returns what
 * a person is to be told about it. Where neither has any, the store begins anew. Call it under the lock, after `readStore` has found
 * there, too, that it is needed.
 * @throws ProblemError when a file cannot be read; then nothing was changed
 */
export async function repair(files: StoreFiles, now: Date, assertHeld: () => void): Promise<Problem> {
	const main = await load(files.main);
	const backup = await load(files.backup);
	const putAside = (path: string) => {
		const aside = damagedPath(path, now);
		renameSync(path, aside);
		return aside;
	};
	const asideAll = () => [...(backup && !isWhole(backup) ? [putAside(files.backup)] : []), ...(main ? [putAside(files.main)] : [])];
	const best = main?.content ?? backup?.content;
	if (!best) {
		assertHeld();
		return lost(files.main, asideAll());
	}
	const tokens = withoutRepetition([...best.tokens, ...(backup?.content?.tokens ?? [])]);
	const unreadable = best.unreadable - (tokens.length - best.tokens.length);
	const restored = await prepareFile(files.main, formatStore(tokens));
	try {
		assertHeld();
		const aside = asideAll();
		restored.commit();
		return unreadable > 0 ? incomplete(files.main, unreadable, aside) : complete(files.main, aside);
	} finally {
		await restored.discard();
	}
}

function isWhole({ content }: LoadedStore): boolean {
	return content?.unreadable === 0;
}

function snapshotOf({ version, tokens }: StoreContent, fileVersion: FileVersion): Snapshot {
	return { version, tokens, fileVersion };
}

async function load(path: string): Promise<LoadedStore | undefined> {
	const file = await loadFile(path);
	return file && { fileVersion: file.fileVersion, content: parseStore(file.bytes) };
}

function complete(file: string, aside: readonly string[]): Problem {
	return aside.length > 0 ? damaged(file, aside) : missing(file);
}

function damaged(file: string, aside: readonly string[]): Problem {
	const template = 'The tokens in {0} were damaged and have been restored from their backup. The damaged file was kept as {1}.';
	return { field: null, template, args: [file, aside.join(', ')] };
}

function incomplete(file: string, unreadable: number, aside: readonly string[]): Problem {
	const template =
		'The tokens in {0} were damaged. Records that could neither be read nor restored from the backup: {1}. The other tokens are in the list. What was there was kept as {2}. Repair it by hand, or delete it when you need nothing of it.';
	return { field: null, template, args: [file, unreadable, aside.join(', ')] };
}

function missing(file: string): Problem {
	return { field: null, template: 'The tokens in {0} were missing and have been restored from their backup.', args: [file] };
}

function lost(file: string, aside: readonly string[]): Problem {
	const template = 'The tokens in {0} were damaged and have no good backup. The list begins anew. What was there was kept as {1}.';
	return { field: null, template, args: [file, aside.join(', ')] };
}
