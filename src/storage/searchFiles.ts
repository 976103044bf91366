import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Larger files, in bytes, are data rather than something that people write keys into. */
const MAX_FILE_BYTES = 5_000_000;
/** So many files are read at once. */
const MAX_CONCURRENT_READS = 8;
const IGNORE_FILES = ['.gitignore', '.ignore'];

/** What a folder's ignore files say about everything below it. */
interface IgnoreRules {
	readonly folder: string;
	readonly ignore: Ignore;
}

/** The encodings that say so themselves, by their first bytes; all others are read as UTF-8. */
const BYTE_ORDER_MARKS = [
	{ mark: Buffer.of(0xff, 0xfe), encoding: 'utf-16le' },
	{ mark: Buffer.of(0xfe, 0xff), encoding: 'utf-16be' },
] as const;

/** A file, and what there is in its text. */
export interface FileMatch<T> {
	readonly path: string;
	readonly match: T;
}

/**
 * What `look` finds in the text files below the folders, in the order of their paths, leaving out what ignore files leave out. Keeps no
 * more in memory than that and the files being read.
 * @param search undefined where there is nothing in a text; the text is as an editor has it, without a byte order mark
 * @param isCancelled asked before every file: the search then ends with what it has
 * @param onRead called after every file
 */
export async function searchFiles<T>(
	folders: readonly string[],
	search: (text: string) => T | undefined,
	isCancelled: () => boolean,
	onRead: () => void,
): Promise<readonly FileMatch<T>[]> {
	const matches: FileMatch<T>[] = [];
	const files = listFiles(folders, isCancelled);
	const worker = async () => {
		for (let file = await files.next(); file.done !== true; file = await files.next()) {
			const text = await readText(file.value);
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

/** Every file that no ignore file leaves out, until it is cancelled. */
async function* listFiles(folders: readonly string[], isCancelled: () => boolean): AsyncGenerator<string> {
	const pendingFolders: { folder: string; rules: readonly IgnoreRules[] }[] = folders.map((folder) => ({ folder, rules: [] }));
	for (let next = pendingFolders.pop(); next; next = pendingFolders.pop()) {
		const { folder } = next;
		const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
		const rules = await addRulesOf(
			folder,
			entries.map(({ name }) => name),
			next.rules,
		);
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

async function addRulesOf(folder: string, names: readonly string[], parentRules: readonly IgnoreRules[]): Promise<readonly IgnoreRules[]> {
	const texts = await Promise.all(
		IGNORE_FILES.filter((name) => names.includes(name)).map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
	);
	return texts.length === 0 ? parentRules : [...parentRules, { folder, ignore: ignore().add(texts.join('\n')) }];
}

/** The ignore file nearest to a path has the last word, as git has it. */
function isIgnored(path: string, isFolder: boolean, rules: readonly IgnoreRules[]): boolean {
	for (const { folder, ignore: of } of rules.toReversed()) {
		const relative = path.slice(folder.length + 1).replaceAll(sep, '/');
		const { ignored, unignored } = of.test(isFolder ? `${relative}/` : relative);
		if (ignored || unignored) {
			return ignored;
		}
	}
	return false;
}

/** Undefined for what cannot be read, is too large, or is no text. */
async function readText(path: string): Promise<string | undefined> {
	try {
		if ((await stat(path)).size > MAX_FILE_BYTES) {
			return undefined;
		}
		const bytes = await readFile(path);
		const byteOrderMark = BYTE_ORDER_MARKS.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark));
		return !byteOrderMark && bytes.subarray(0, 8000).includes(0) ? undefined : new TextDecoder(byteOrderMark?.encoding).decode(bytes);
	} catch {
		return undefined;
	}
}
