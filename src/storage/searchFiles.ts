import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { logAndReturn, type Log } from '../domain/log';

/** Larger files are skipped: they contain data rather than text that people write keys into. */
const MAX_FILE_BYTES = 5_000_000;
const MAX_CONCURRENT_READS = 8;
const IGNORE_FILES = ['.gitignore', '.ignore'];

/** The rules in a folder's ignore files, which apply to everything below the folder. */
interface IgnoreRules {
	readonly folder: string;
	readonly ignore: Ignore;
}

/** Encodings that are detected by their byte order mark; all other files are read as UTF-8. */
const BYTE_ORDER_MARKS = [
	{ mark: Buffer.of(0xff, 0xfe), encoding: 'utf-16le' },
	{ mark: Buffer.of(0xfe, 0xff), encoding: 'utf-16be' },
] as const;

/** A file, and what was found in its text. */
export interface FileMatch<T> {
	readonly path: string;
	readonly match: T;
}

export interface FileSearchOptions {
	/** Checked before each file; once it returns true, the search returns what it has found so far. */
	readonly isCancelled: () => boolean;
	/** Called after each file. */
	readonly onRead: () => void;
	readonly log: Log;
}

/**
 * Searches all text files in the folders and their subfolders, except those excluded by ignore files, and returns the matches sorted by
 * path. Only the matches and the files being read are held in memory.
 * @param search returns undefined for a text without a match; it receives the text without a byte order mark
 */
export async function searchFiles<T>(
	folders: readonly string[],
	search: (text: string) => T | undefined,
	{ isCancelled, onRead, log }: FileSearchOptions,
): Promise<readonly FileMatch<T>[]> {
	const matches: FileMatch<T>[] = [];
	const files = listFiles(folders, isCancelled, log);
	const worker = async () => {
		for (let file = await files.next(); file.done !== true; file = await files.next()) {
			const text = await readText(file.value, log);
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

/** Yields every file that isn't excluded by an ignore file, until canceled. */
async function* listFiles(folders: readonly string[], isCancelled: () => boolean, log: Log): AsyncGenerator<string> {
	const pendingFolders: { folder: string; rules: readonly IgnoreRules[] }[] = folders.map((folder) => ({ folder, rules: [] }));
	for (let next = pendingFolders.pop(); next; next = pendingFolders.pop()) {
		const { folder } = next;
		const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
			log.debug('Skipped a folder in the search', error);
			return [];
		});
		const rules = await addIgnoreRules(folder, new Set(entries.map(({ name }) => name)), next.rules, log);
		for (const entry of entries) {
			if (isCancelled()) {
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

async function addIgnoreRules(
	folder: string,
	names: ReadonlySet<string>,
	parentRules: readonly IgnoreRules[],
	log: Log,
): Promise<readonly IgnoreRules[]> {
	const paths = IGNORE_FILES.filter((name) => names.has(name)).map((name) => join(folder, name));
	const texts = await Promise.all(
		paths.map((path) => readFile(path, 'utf8').catch(logAndReturn(log, "Couldn't read an ignore file, so nothing is excluded by it", ''))),
	);
	return texts.length === 0 ? parentRules : [...parentRules, { folder, ignore: ignore().add(texts.join('\n')) }];
}

/** As in Git, the ignore file closest to a path takes precedence. */
function isIgnored(path: string, isFolder: boolean, rules: readonly IgnoreRules[]): boolean {
	for (const { folder, ignore: rule } of rules.toReversed()) {
		const relative = path.slice(folder.length + 1).replaceAll(sep, '/');
		const { ignored, unignored } = rule.test(isFolder ? `${relative}/` : relative);
		if (ignored || unignored) {
			return ignored;
		}
	}
	return false;
}

/** Returns undefined for a file that can't be read, is too large, or isn't text. */
async function readText(path: string, log: Log): Promise<string | undefined> {
	try {
		if ((await stat(path)).size > MAX_FILE_BYTES) {
			return undefined;
		}
		const bytes = await readFile(path);
		const byteOrderMark = BYTE_ORDER_MARKS.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark));
		return !byteOrderMark && bytes.subarray(0, 8000).includes(0) ? undefined : new TextDecoder(byteOrderMark?.encoding).decode(bytes);
	} catch (error) {
		log.debug('Skipped a file in the search', error);
		return undefined;
	}
}
