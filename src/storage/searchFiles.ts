import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { Log } from '../domain/log';

/** Larger files are treated as data, not as text that someone edits. */
const MAX_FILE_BYTES = 5_000_000;
const MAX_CONCURRENT_READS = 8;
/** A file with a NUL byte among its first bytes is binary. */
const BINARY_CHECK_BYTES = 8000;
const IGNORE_FILES = ['.gitignore', '.ignore'];

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
 * Searches the text files in the folders and their subfolders, except ignored ones, and returns matches sorted by path. Keeps only matches
 * and the files being read in memory.
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
	const pendingFolders: { folder: string; rules: readonly IgnoreRules[] }[] = folders.map((folder) => ({ folder, rules: [] }));
	for (let next = pendingFolders.pop(); next; next = pendingFolders.pop()) {
		const { folder } = next;
		const entries = (await readdir(folder, { withFileTypes: true }).catch(logSkipped(log))) ?? [];
		const names = entries.map(({ name }) => name);
		const rules = [...next.rules, ...(await readIgnoreRules(folder, names, log))];
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

async function readIgnoreRules(folder: string, names: readonly string[], log: Log): Promise<readonly IgnoreRules[]> {
	const texts = await Promise.all(
		IGNORE_FILES.filter((name) => names.includes(name)).map((name) => readFile(join(folder, name), 'utf8').catch(logSkipped(log))),
	);
	return texts.length === 0 ? [] : [{ folder, ignore: ignore().add(texts.join('\n')) }];
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
