import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { Log } from '../domain/log';
import { findRepositoryRoot } from './repositories';
import { readUserIgnoreFile } from './userIgnoreFile';

/** Larger files are treated as data, not as text that someone edits. */
const MAX_FILE_BYTES = 5_000_000;
const MAX_CONCURRENT_READS = 8;
/** A file with a NUL byte among its first bytes is binary. */
const BINARY_CHECK_BYTES = 8000;
const IGNORE_FILES = ['.gitignore', '.ignore'];
/** The ignore file of a repository itself, which isn't committed. */
const REPOSITORY_IGNORE_FILE = join('.git', 'info', 'exclude');

/** Rules in a folder's ignore files, which apply to everything below that folder. */
interface IgnoreRules {
	readonly folder: string;
	readonly ignore: Ignore;
}

/** Encodings other than UTF-8, which are recognized by their byte order mark. */
const BYTE_ORDER_MARKS = [
	{ mark: Buffer.of(0xff, 0xfe), encoding: 'utf-16le' },
	{ mark: Buffer.of(0xfe, 0xff), encoding: 'utf-16be' },
] as const;

/** A file, and what was found in it. */
export interface FileMatch<T> {
	readonly path: string;
	readonly match: T;
}

export interface FileSearchOptions<T> {
	/** Returns undefined if there's no match. The text has no byte order mark. */
	readonly search: (text: string) => T | undefined;
	/** Checked before each file. A canceled search returns what it has found so far. */
	readonly isCanceled: () => boolean;
	/** Called after each file. */
	readonly onRead: () => void;
	readonly log: Log;
}

/**
 * Searches the text files in the folders and their subfolders, except those that an ignore file in their repository ignores, and returns
 * matches sorted by path. Keeps only matches and the files being read in memory.
 */
export async function searchFiles<T>(folders: readonly string[], options: FileSearchOptions<T>): Promise<readonly FileMatch<T>[]> {
	const { search, onRead, log } = options;
	const matches: FileMatch<T>[] = [];
	const files = listFiles(folders, options);
	const worker = async () => {
		for (let file = await files.next(); file.done !== true; file = await files.next()) {
			const text = await readText(file.value).catch(logSkipped(log));
			onRead();
			const match = text === undefined ? undefined : search(text);
			if (match !== undefined) {
				matches.push({ path: file.value, match });
			}
		}
	};
	await Promise.all(Array.from({ length: MAX_CONCURRENT_READS }, worker));
	return matches.sort((left, right) => (left.path < right.path ? -1 : 1));
}

type ListOptions = Pick<FileSearchOptions<unknown>, 'isCanceled' | 'log'>;

async function* listFiles(folders: readonly string[], { isCanceled, log }: ListOptions): AsyncGenerator<string> {
	const pendingFolders = await Promise.all(folders.map(async (folder) => ({ folder, rules: await readParentRules(folder, log) })));
	for (let next = pendingFolders.pop(); next; next = pendingFolders.pop()) {
		const { folder } = next;
		const entries = (await readdir(folder, { withFileTypes: true }).catch(logSkipped(log))) ?? [];
		const names = entries.map(({ name }) => name);
		const rules = [...next.rules, ...(await readRules(folder, names, log))];
		for (const entry of entries) {
			if (isCanceled()) {
				return;
			}
			const path = join(folder, entry.name);
			if (entry.name === '.git' || isIgnored(path, entry.isDirectory(), rules)) {
				continue;
			}
			if (entry.isDirectory()) {
				pendingFolders.push({ folder: path, rules });
			} else if (entry.isFile()) {
				yield path;
			}
		}
	}
}

/** Reads the user's rules for all repositories, and those of the folder's parents in its repository, from the farthest to the closest. */
async function readParentRules(folder: string, log: Log): Promise<readonly IgnoreRules[]> {
	const root = await findRepositoryRoot(folder);
	if (root === undefined) {
		return [];
	}
	const parents: string[] = [];
	for (let parent = folder; parent !== root;) {
		parent = dirname(parent);
		parents.unshift(parent);
	}
	const parentRules = await Promise.all(parents.map((parent) => readRules(parent, ['.git', ...IGNORE_FILES], log)));
	return [...toRules(root, await readUserIgnoreFile()), ...parentRules.flat()];
}

/**
 * Reads the rules in a folder: those of its repository, if it's the root, and those of its ignore files, which take precedence.
 * @param names of the folder's entries that may exist
 */
async function readRules(folder: string, names: readonly string[], log: Log): Promise<readonly IgnoreRules[]> {
	const files = [names.includes('.git') ? [REPOSITORY_IGNORE_FILE] : [], IGNORE_FILES.filter((name) => names.includes(name))];
	const rules = await Promise.all(files.map((group) => readIgnoreRules(folder, group, log)));
	return rules.flat();
}

async function readIgnoreRules(folder: string, files: readonly string[], log: Log): Promise<readonly IgnoreRules[]> {
	const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8').catch(logSkipped(log))));
	return toRules(folder, texts.filter((item) => item !== undefined).join('\n'));
}

function toRules(folder: string, text: string): readonly IgnoreRules[] {
	return text === '' ? [] : [{ folder, ignore: ignore().add(text) }];
}

/** Returns a handler for errors that a search expects in any large folder. As warnings, they would displace those that diagnostics need. */
function logSkipped(log: Log): (error: unknown) => undefined {
	return (error) => {
		log.debug('Skipped in a search', error);
		return undefined;
	};
}

/** Like Git, lets the ignore file closest to the path decide. */
function isIgnored(path: string, isFolder: boolean, rules: readonly IgnoreRules[]): boolean {
	for (const { folder, ignore: matcher } of rules.toReversed()) {
		const relative = path.slice(folder.length + 1).replaceAll(sep, '/');
		const { ignored, unignored } = matcher.test(isFolder ? `${relative}/` : relative);
		if (ignored || unignored) {
			return ignored;
		}
	}
	return false;
}

/** Reads a text file; returns undefined if the file is too large or binary. */
async function readText(path: string): Promise<string | undefined> {
	if ((await stat(path)).size > MAX_FILE_BYTES) {
		return undefined;
	}
	const bytes = await readFile(path);
	const byteOrderMark = BYTE_ORDER_MARKS.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark));
	return !byteOrderMark && bytes.subarray(0, BINARY_CHECK_BYTES).includes(0)
		? undefined
		: new TextDecoder(byteOrderMark?.encoding).decode(bytes);
}
