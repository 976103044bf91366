import type { Profiler } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { CompiledScript, type CachedSourceMap, type Source } from './compiledScript';
import { containsCode, findFunctions, matchFunction, type SourceFunction } from './sourceFunctions';

export type ScriptCoverage = Profiler.ScriptCoverage;
type FunctionCoverage = Profiler.FunctionCoverage;
type CoverageRange = Profiler.CoverageRange;

/** The coverage of a process, as Node.js writes it and c8 reads it. */
export interface ProcessCoverage {
	readonly result: readonly ScriptCoverage[];
	/** By URL. */
	readonly 'source-map-cache'?: Readonly<Record<string, CachedSourceMap>>;
}

/**
 * Converts the coverage of compiled scripts to that of their sources. c8 could do that, too. But it would count functions that aren't in
 * a bundle as covered, and count a branch as uncovered if it isn't covered in each of the bundles that contain it.
 */
export class SourceCoverageConverter {
	readonly #scripts = new Map<string, CompiledScript | undefined>();
	readonly #functions = new Map<string, readonly SourceFunction[]>();

	/** @param isIncluded whether the report includes the source with this path */
	constructor(private readonly isIncluded: (path: string) => boolean) {}

	/** Returns the coverage of the included sources of all scripts that the process has run. A source occurs once for each script that contains it. */
	convert({ result, 'source-map-cache': sourceMaps }: ProcessCoverage): ProcessCoverage {
		return {
			result: result.flatMap(({ url, functions }) => {
				const script = this.#readScript(url, sourceMaps?.[url]);
				return script === undefined ? [] : this.#convertScript(functions, script);
			}),
		};
	}

	/** Returns the coverage of a source that wasn't loaded. A source without code has nothing to cover. */
	createEmptyCoverage(source: Source): ScriptCoverage {
		const functions = this.#getFunctions(source).map(({ name, start, end }) =>
			createFunctionCoverage(name, [toRange(source, start, end, 0)]),
		);
		const count = containsCode(source) ? 0 : 1;
		return createScriptCoverage(source, [
			createFunctionCoverage('', [{ startOffset: 0, endOffset: source.text.length, count }]),
			...functions,
		]);
	}

	#readScript(url: string, sourceMap: CachedSourceMap | undefined): CompiledScript | undefined {
		if (!url.startsWith('file:') || url.includes('/node_modules/')) {
			return undefined;
		}
		if (!this.#scripts.has(url)) {
			this.#scripts.set(url, CompiledScript.read(url, sourceMap));
		}
		return this.#scripts.get(url);
	}

	#getFunctions(source: Source): readonly SourceFunction[] {
		const functions = this.#functions.get(source.path) ?? findFunctions(source);
		this.#functions.set(source.path, functions);
		return functions;
	}

	#convertScript([top, ...functions]: readonly FunctionCoverage[], script: CompiledScript): ScriptCoverage[] {
		const sources = [...script.sources].filter(({ path }) => this.isIncluded(path));
		if (top === undefined || sources.length === 0) {
			return [];
		}
		const [{ count }, ...topRanges] = top.ranges as [CoverageRange, ...CoverageRange[]];
		const covered = new Map<Source, FunctionCoverage[]>(
			sources.map((source) => [
				source,
				[
					createFunctionCoverage('', [
						{ startOffset: 0, endOffset: source.text.length, count },
						...convertRanges(topRanges, script, source),
					]),
				],
			]),
		);
		for (const { ranges } of functions) {
			const [outer, ...inner] = ranges as [CoverageRange, ...CoverageRange[]];
			const range = script.toSourceRange(outer.startOffset, outer.endOffset);
			const coverage = range && covered.get(range.source);
			const match = range && coverage && matchFunction(this.#getFunctions(range.source), range);
			if (match) {
				const matchRange = toRange(range.source, match.start, match.end, outer.count);
				coverage.push(createFunctionCoverage(match.name, [matchRange, ...convertRanges(inner, script, range.source)]));
			}
		}
		return Array.from(covered, ([source, coverage]) => createScriptCoverage(source, coverage));
	}
}

function convertRanges(ranges: readonly CoverageRange[], script: CompiledScript, source: Source): CoverageRange[] {
	return ranges.flatMap(({ startOffset, endOffset, count }) => {
		const range = script.toSourceRange(startOffset, endOffset);
		return range?.source === source ? [toRange(source, range.start, range.end, count)] : [];
	});
}

/**
 * Creates a range that includes the indentation before the code and the punctuation after it, because c8 counts a line as uncovered only if
 * the range includes all of it.
 */
function toRange({ text }: Source, start: number, end: number, count: number): CoverageRange {
	const [indentation] = /^[ \t]*(?:export )?$/.exec(text.slice(text.lastIndexOf('\n', start - 1) + 1, start)) ?? [''];
	const [punctuation] = /^[),;\]]*(?=\n|$)/.exec(text.slice(end)) ?? [''];
	return { startOffset: start - indentation.length, endOffset: end + punctuation.length, count };
}

function createFunctionCoverage(functionName: string, ranges: readonly CoverageRange[]): FunctionCoverage {
	const isBlockCoverage = ranges.length > 1 || ranges[0]!.count > 0;
	return { functionName, isBlockCoverage, ranges: nestRanges(ranges) };
}

function createScriptCoverage({ path }: Source, functions: FunctionCoverage[]): ScriptCoverage {
	return { scriptId: '0', url: pathToFileURL(path).href, functions };
}

/** Shortens or removes ranges that would overlap, so that each range is before, after, or inside each other one. */
function nestRanges([outer, ...inner]: readonly CoverageRange[]): CoverageRange[] {
	const nested = [outer!];
	const open = [outer!];
	for (const range of inner) {
		while (open.length > 1 && open.at(-1)!.endOffset <= range.startOffset) {
			open.pop();
		}
		const endOffset = Math.min(range.endOffset, open.at(-1)!.endOffset);
		if (range.startOffset < endOffset && range.startOffset >= nested.at(-1)!.startOffset) {
			const shortened = { ...range, endOffset };
			nested.push(shortened);
			open.push(shortened);
		}
	}
	return nested;
}
