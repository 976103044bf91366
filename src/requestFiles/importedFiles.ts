import { parseHttpYacRegions, type HttpYacRegion } from './httpYacRegions';
import type { Line } from './lines';
import { parseSections, type RequestFileKind } from './requestFileKind';
import type { ParsedSection } from './requestFileParser';
import { readSectionLines, type SectionLines } from './sectionLines';

/** A file that another one imports. */
export interface ImportedText {
	/** The same for every path that leads to the file. */
	readonly id: string;
	readonly text: string;
}

/**
 * Reads a file that httpYac imports. Returns undefined if that isn't possible or isn't allowed: what the file contains isn't known then.
 * @param path as written, without placeholders
 * @param importer ID of the importing file; undefined for the file that isn't imported itself
 */
export type ImportReader = (path: string, importer: string | undefined) => ImportedText | undefined;

/** A request file, or one that it imports, directly or through others. */
export interface ParsedFile {
	readonly text: string;
	readonly sections: readonly { readonly section: ParsedSection; readonly lines: SectionLines }[];
	readonly regions: readonly HttpYacRegion[];
	/** By path as written; undefined for a file that isn't known. */
	readonly imports: Map<string, ParsedFile | undefined>;
	/** The line of the importing file that isn't imported itself; undefined in that file. */
	readonly importLine: Line | undefined;
}

/** Files that are followed at most, including those that can't be read. This limits the depth, too. */
const MAX_FILES = 20;

/** Imported text that is parsed at most, in UTF-16 units. */
const MAX_TOTAL_LENGTH = 1_000_000;

/**
 * Parses a file and those that it imports for httpYac.
 * @returns the file itself first, then each imported file once
 */
export function parseWithImports(text: string, kind: RequestFileKind, read: ImportReader): readonly [ParsedFile, ...ParsedFile[]] {
	const main = parseFile(text, kind, undefined);
	const files: [ParsedFile, ...ParsedFile[]] = [main];
	const byId = new Map<string, ParsedFile>();
	const ids = new Map<ParsedFile, string>();
	let reads = 0;
	let remaining = MAX_TOTAL_LENGTH;
	// The list grows in the meantime.
	for (const file of files) {
		for (const { path, line } of file.regions.flatMap(({ imports, laterImports }) => [...imports, ...laterImports])) {
			if (file.imports.has(path)) {
				continue;
			}
			const found = reads < MAX_FILES && isStatic(path) ? read(path, ids.get(file)) : undefined;
			reads++;
			let imported = found && byId.get(found.id);
			if (found && !imported && found.text.length <= remaining) {
				remaining -= found.text.length;
				imported = parseFile(found.text, 'requestFile', file.importLine ?? line);
				byId.set(found.id, imported);
				ids.set(imported, found.id);
				files.push(imported);
			}
			file.imports.set(path, imported);
		}
	}
	return files;
}

function parseFile(text: string, kind: RequestFileKind, importLine: Line | undefined): ParsedFile {
	const sections = parseSections(text, kind).map((section) => ({ section, lines: readSectionLines(text, section) }));
	return { text, sections, regions: sections.flatMap(({ lines }) => parseHttpYacRegions(text, lines)), imports: new Map(), importLine };
}

/** Only httpYac knows the values of variables in a path. */
function isStatic(path: string): boolean {
	return path !== '' && !path.includes('{{');
}
