import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A source file. */
export interface Source {
	readonly path: string;
	readonly text: string;
}

/** A range of a source, as offsets into its text. */
export interface SourceRange {
	readonly source: Source;
	readonly start: number;
	readonly end: number;
}

export interface SourceMap {
	readonly sources: readonly string[];
	readonly sourcesContent: readonly string[];
	readonly mappings: string;
}

/** The source map that Node.js adds to its coverage for a script that was compiled in memory. */
export interface CachedSourceMap {
	/** The length of each line, without its line break. */
	readonly lineLengths: readonly number[];
	readonly data: SourceMap | null;
}

/** An offset in a script, and the offset in a source that its code comes from. */
interface Mapping {
	readonly offset: number;
	readonly source: Source;
	readonly sourceOffset: number;
}

const BASE64_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A script that was compiled from one source or bundled from several, with the mapping to them. */
export class CompiledScript {
	/** The sources that the script contains code of. */
	readonly sources: ReadonlySet<Source>;

	private constructor(
		private readonly mappings: readonly Mapping[],
		/** The script's code; undefined if only its source map is known. */
		private readonly text?: string,
	) {
		this.sources = new Set(mappings.map(({ source }) => source));
	}

	/** Reads a script that has a source map file next to it, or else uses the source map from the coverage; undefined if there is neither. */
	static read(url: string, cached?: CachedSourceMap): CompiledScript | undefined {
		const path = fileURLToPath(url);
		if (existsSync(`${path}.map`)) {
			const text = readFileSync(path, 'utf8');
			const map = JSON.parse(readFileSync(`${path}.map`, 'utf8')) as SourceMap;
			return new CompiledScript(readMappings(map, path, getLineOffsets(text)), text);
		}
		return cached?.data ? new CompiledScript(readMappings(cached.data, path, sumLineLengths(cached.lineLengths))) : undefined;
	}

	/** Returns the range of the source that a range of the script was compiled from; undefined if it isn't the code of exactly one source. */
	toSourceRange(start: number, end: number): SourceRange | undefined {
		const first = this.#findIndex(start);
		const after = this.#findIndex(end);
		let [min, max] = [this.mappings[first], this.mappings[first]];
		if (first >= after || min === undefined || max === undefined) {
			return undefined;
		}
		for (let index = first + 1; index < after; index++) {
			const mapping = this.mappings[index]!;
			if (mapping.source !== min.source) {
				return undefined;
			}
			min = mapping.sourceOffset < min.sourceOffset ? mapping : min;
			max = mapping.sourceOffset >= max.sourceOffset ? mapping : max;
		}
		return { source: min.source, start: min.sourceOffset, end: max.sourceOffset + this.#measureLastCode(max, end) };
	}

	/** Returns the length of the source's code that starts at the mapping and isn't mapped any further, such as a closing parenthesis. */
	#measureLastCode({ source, sourceOffset, offset }: Mapping, end: number): number {
		return this.text === undefined ? end - offset : matchCode(source.text.slice(sourceOffset), this.text.slice(offset, end));
	}

	/** The index of the first mapping at the offset or after it. */
	#findIndex(offset: number): number {
		let [low, high] = [0, this.mappings.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.mappings[middle]!.offset < offset) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		return low;
	}
}

/** Returns the length of the longest beginning of `text` that has the same characters as the beginning of `code`, except for white space. */
function matchCode(text: string, code: string): number {
	let [position, end] = [0, 0];
	for (const character of code.replace(/\s/g, '')) {
		while (/\s/.test(text[position] ?? '')) {
			position++;
		}
		if (text[position] !== character) {
			break;
		}
		end = ++position;
	}
	return end;
}

function readMappings(
	{ sources: paths, sourcesContent, mappings }: SourceMap,
	scriptPath: string,
	lineOffsets: readonly number[],
): Mapping[] {
	const sources = paths.map((path, index) => ({
		path: path.startsWith('file:') ? fileURLToPath(path) : resolve(scriptPath, '..', path),
		text: sourcesContent[index]!,
	}));
	const sourceLineOffsets = sources.map(({ text }) => getLineOffsets(text));
	const result: Mapping[] = [];
	let [sourceIndex, sourceLine, sourceColumn] = [0, 0, 0];
	for (const [line, lineMappings] of mappings.split(';').entries()) {
		let column = 0;
		for (const mapping of lineMappings.split(',').filter((text) => text !== '')) {
			// Each number is the difference to the one before.
			const [columns = 0, sourceIndexes, sourceLines = 0, sourceColumns = 0] = decodeNumbers(mapping);
			column += columns;
			if (sourceIndexes !== undefined) {
				sourceIndex += sourceIndexes;
				sourceLine += sourceLines;
				sourceColumn += sourceColumns;
				result.push({
					offset: lineOffsets[line]! + column,
					source: sources[sourceIndex]!,
					sourceOffset: sourceLineOffsets[sourceIndex]![sourceLine]! + sourceColumn,
				});
			}
		}
	}
	return result;
}

/** Decodes the numbers of a mapping: base64 digits of five bits each, least significant first, with the sign in the lowest bit. */
function decodeNumbers(mapping: string): number[] {
	const numbers: number[] = [];
	let [value, shift] = [0, 0];
	for (const digit of mapping) {
		const bits = BASE64_DIGITS.indexOf(digit);
		value += (bits & 31) << shift;
		shift += 5;
		if (bits < 32) {
			numbers.push(value & 1 ? -(value >> 1) : value >> 1);
			[value, shift] = [0, 0];
		}
	}
	return numbers;
}

function getLineOffsets(text: string): number[] {
	return [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
}

function sumLineLengths(lengths: readonly number[]): number[] {
	let offset = 0;
	return lengths.map((length) => (offset += length + 1) - length - 1);
}
