import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Larger files, in bytes, are data rather than something that people write keys into. */
const LARGEST = 5_000_000;
/** So many files are read at once. */
const AT_ONCE = 8;
const IGNORE_FILES = ['.gitignore', '.ignore'];

/** What a folder's ignore files say about everything below it. */
interface Rules {
	readonly folder: string;
	readonly ignore: Ignore;
}

/** The encodings that say so themselves, by their first bytes; all others are read as UTF-8. */
const MARKED = [
	{ mark: Buffer.of(0xff, 0xfe), encoding: 'utf-16le' },
	{ mark: Buffer.of(0xfe, 0xff), encoding: 'utf-16be' },
] as const;

/** A file, and what there is in its text. */
export interface Found<T> {
	readonly path: string;
	readonly found: T;
}

/**
 * What `look` finds in the text files below the folders, in the order of their paths, leaving out what ignore files leave out. Keeps no
 * more in memory than that and the files being read.
 * @param look undefined where there is nothing in a text; the text is as an editor has it, without a byte order mark
 * @param isCancelled asked before every file: the search then ends with what it has
 * @param onRead called after every file
 */
export async function searchFiles<T>(
	folders: readonly string[],
	look: (text: string) => T | undefined,
	isCancelled: () => boolean,
	onRead: () => void,
): Promise<readonly Found<T>[]> {
	const all: Found<T>[] = [];
	const files = walk(folders, isCancelled);
	const worker = async () => {
		for (let next = await files.next(); next.done !== true; next = await files.next()) {
			const text = await textOf(next.value);
			onRead();
			const found = text === undefined ? undefined : look(text);
			if (found !== undefined) {
				all.push({ path: next.value, found });
			}
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	return all.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Every file that no ignore file leaves out, until it is cancelled. */
async function* walk(folders: readonly string[], isCancelled: () => boolean): AsyncGenerator<string> {
	const waiting: { folder: string; rules: readonly Rules[] }[] = folders.map((folder) => ({ folder, rules: [] }));
	for (let next = waiting.pop(); next; next = waiting.pop()) {
		const { folder } = next;
		const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
		const rules = await withRulesOf(
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
				waiting.push({ folder: path, rules });
			} else if (entry.isFile()) {
				yield path;
			}
		}
	}
}

async function withRulesOf(folder: string, names: readonly string[], above: readonly Rules[]): Promise<readonly Rules[]> {
	const texts = await Promise.all(
		IGNORE_FILES.filter((name) => names.includes(name)).map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
	);
	return texts.length === 0 ? above : [...above, { folder, ignore: ignore().add(texts.join('\n')) }];
}

/** The ignore file nearest to a path has the last word, as git has it. */
function isIgnored(path: string, isFolder: boolean, rules: readonly Rules[]): boolean {
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
async function textOf(path: string): Promise<string | undefined> {
	try {
		if ((await stat(path)).size > LARGEST) {
			return undefined;
		}
		const bytes = await readFile(path);
		const marked = MARKED.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark));
		return !marked && bytes.subarray(0, 8000).includes(0) ? undefined : new TextDecoder(marked?.encoding).decode(bytes);
	} catch {
		return undefined;
	}
}
