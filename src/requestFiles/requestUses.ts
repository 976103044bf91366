import type { Destination } from './destinations';
import { FileVariables, parseVariableDefinition, type VariableDefinition } from './fileVariables';
import { HttpYacDestinations } from './httpYacDestinations';
import { parseHttpYacRegions } from './httpYacRegions';
import { findKeyReferences, formatVariableReference, type KeyReference } from './keyReferences';
import { sliceRange, splitLines, type Line, type TextRange } from './lines';
import { CLIENT_FENCE_PATTERNS } from './markdownFences';
import { canPrecedeInRestClient, isComment, isHeaderForHttpYac, isRestClientSeparator } from './requestGrammar';
import { parseSections, type RequestFileKind } from './requestFileKind';
import type { ParsedRequest, ParsedSection } from './requestFileParser';
import { resolveRequestTarget, type RequestTarget } from './requestTarget';
import { RestClientDestinations } from './restClientDestinations';
import { readSectionLines, type LineKind, type SectionLines } from './sectionLines';

/** The syntaxes in which VS Code's HTTP clients read request files. */
export type ClientSyntax = 'restClient' | 'httpYac';

/** A request that uses tokens' keys. */
export interface RequestUse {
	readonly request: ParsedRequest;
	/** Environment variables that any client resolves when it sends the request, without duplicates. */
	readonly variables: readonly string[];
	/** The same by client; undefined for a client that doesn't send exactly this request. */
	readonly variablesByClient: Readonly<Record<ClientSyntax, readonly string[] | undefined>>;
	/** Undefined if it isn't known. */
	readonly target: RequestTarget | undefined;
	/**
	 * Where each client sends the variables' values: the request's origin, and those of proxies and of requests that it sends first. Empty if
	 * the client doesn't send the request.
	 */
	readonly destinationsByClient: Readonly<Record<ClientSyntax, readonly Destination[]>>;
}

/** What a file's requests use. */
export interface RequestFileUses {
	/** The requests that use tokens' keys, in order. */
	readonly requests: readonly RequestUse[];
	/** References that aren't in comments, in order. */
	readonly references: readonly KeyReference[];
}

/** Use of a token's environment variable in a line. */
interface LineUse {
	readonly line: Line;
	readonly kind: LineKind;
	readonly variables: readonly string[];
}

/** What REST Client sends for the text between two separators, or in a fence: one request. */
interface RestClientBlock {
	/** Where the first line starts that it doesn't skip. */
	readonly start: number;
	readonly end: number;
}

interface DestinationFinders {
	readonly restClient: RestClientDestinations;
	readonly httpYac: HttpYacDestinations;
}

const VARIABLE_PREFIX_PATTERN = /connect_/i;
const HOST_HEADER_PATTERN = /^\s*host\s*:/i;
const LINE_BREAK_AT_END = /(?:\r\n|\r|\n)$/;

/**
 * Finds the requests that use tokens' keys: in their own lines, or through variables at any level. Knows what each client reads, sends, and
 * drops. Takes linear time. Finds no uses in a file with too many definitions.
 */
export function findRequestUses(text: string, kind: RequestFileKind): RequestFileUses {
	if (!VARIABLE_PREFIX_PATTERN.test(text)) {
		return { requests: [], references: [] };
	}
	const allLines = splitLines(text, 0, text.length);
	const variables = new FileVariables(findDefinitions(text, allLines));
	const parsed = parseSections(text, kind).map((section) => ({ section, lines: readSectionLines(text, section) }));
	const destinations: DestinationFinders = {
		restClient: new RestClientDestinations(allLines.map((line) => sliceRange(text, line))),
		httpYac: new HttpYacDestinations(
			text,
			parsed.flatMap(({ lines }) => parseHttpYacRegions(text, lines)),
		),
	};
	const sections = parsed.map(({ section, lines }) => new SectionUses(text, section, lines, variables, destinations));
	const references = findKeyReferences(text);
	const commentLines = sections.flatMap((section) => section.commentLines);
	const isInComment = createRangeLookup(commentLines);
	const scriptVariables = sections.flatMap((section) => section.scriptVariables);
	const allVariables = sections.flatMap((section) => section.allVariables);
	const requests = variables.isTooComplex
		? []
		: sections.flatMap((section) =>
				[...section.findRequests(scriptVariables, allVariables), ...section.findDisguisedRequests()].sort(
					(a, b) => a.request.requestLine.start - b.request.requestLine.start,
				),
			);
	return {
		requests: addDestinationsOfOthers(requests, destinations.httpYac),
		references: references.filter(({ start }) => !isInComment(start)),
	};
}

/** Finds the request at an offset, as if it used a token's key there. Returns undefined if it couldn't use one. */
export function findUseAt(text: string, kind: RequestFileKind, offset: number): RequestUse | undefined {
	const reference = formatVariableReference('SU-000-000-000');
	const { requests } = findRequestUses(text.slice(0, offset) + reference + text.slice(offset), kind);
	return requests.find(({ request: { range } }) => range.start <= offset && offset <= range.end);
}

/** The uses of tokens' keys in a file or a fence. */
class SectionUses {
	readonly commentLines: readonly Line[];
	/** Environment variables that scripts use. What a script does with them isn't known, so each request could. */
	readonly scriptVariables: readonly string[];
	/** Environment variables that anything but comments uses. */
	readonly allVariables: readonly string[];
	readonly #uses: readonly LineUse[];
	readonly #blocks: readonly RestClientBlock[];
	/** By where they start. */
	#lineIndexes: ReadonlyMap<number, number> | undefined;

	constructor(
		private readonly text: string,
		private readonly section: ParsedSection,
		private readonly sectionLines: SectionLines,
		private readonly variables: FileVariables,
		private readonly destinations: DestinationFinders,
	) {
		const { lines, kinds } = sectionLines;
		this.commentLines = lines.filter((_, index) => kinds[index] === 'comment');
		this.#uses = lines.flatMap((line, index) => {
			const kind = kinds[index]!;
			const content = sliceRange(text, { start: line.content, end: line.end });
			const found = kind === 'script' ? variables.findTokenVariablesInCode(content) : variables.findTokenVariables(content);
			return found.length > 0 ? [{ line, kind, variables: found }] : [];
		});
		this.allVariables = this.#uses.flatMap((use) => (use.kind === 'comment' ? [] : use.variables));
		this.scriptVariables = this.#uses.flatMap((use) => (use.kind === 'script' ? use.variables : []));
		const isFence = section.range.start !== section.content.start;
		this.#blocks = findRestClientBlocks(text, lines, section.content.end, isFence);
	}

	/** @param allVariables of the file, which code could use without naming them */
	findRequests(scriptVariables: readonly string[], allVariables: readonly string[]): RequestUse[] {
		const usesInBlock = createRangeCursor(this.#uses);
		const usesInRequest = createRangeCursor(this.#uses);
		let nextBlock = 0;
		return this.section.requests.flatMap((request): RequestUse[] => {
			const { start } = request.requestLine;
			while (nextBlock < this.#blocks.length && this.#blocks[nextBlock]!.end <= start) {
				nextBlock++;
			}
			const block = this.#blocks[nextBlock];
			const variablesByClient = {
				restClient:
					block?.start === start && this.#isReadBy('restClient')
						? listVariables(usesInBlock(start, block.end).filter(({ kind }) => kind !== 'comment'))
						: undefined,
				httpYac:
					request.kind !== 'curl' && this.#isReadBy('httpYac')
						? listVariables(
								usesInRequest(start, request.range.end).filter((use) => isSentByHttpYac(this.text, request, use)),
								this.destinations.httpYac.readsAnyVariable(request) ? allVariables : scriptVariables,
							)
						: undefined,
			};
			const variables = [...new Set(Object.values(variablesByClient).flatMap((list) => list ?? []))];
			if (variables.length === 0) {
				return [];
			}
			const destinationsByClient = {
				restClient: variablesByClient.restClient ? this.destinations.restClient.list(this.#readBlockLines(start, block!.end)) : [],
				httpYac: variablesByClient.httpYac ? this.destinations.httpYac.list(request) : [],
			};
			const target = resolveRequestTarget(this.text, request, this.variables);
			return [{ request, variables, variablesByClient, target, destinationsByClient }];
		});
	}

	/**
	 * Finds text that clients send as a request although it doesn't look like one, such as a URL whose scheme contains a variable. Its kind is
	 * `broker`, because no header is ever inserted into it.
	 */
	findDisguisedRequests(): RequestUse[] {
		const { lines } = this.sectionLines;
		const starts = new Set(this.section.requests.map(({ requestLine }) => requestLine.start));
		const usesInBlock = createRangeCursor(this.#uses);
		return this.#blocks.flatMap(({ start, end }): RequestUse[] => {
			const variables = starts.has(start) ? [] : listVariables(usesInBlock(start, end).filter(({ kind }) => kind !== 'comment'));
			if (variables.length === 0) {
				return [];
			}
			const blockLines = [...this.#readBlockLines(start, end)];
			// To REST Client, a multi-line comment is a path.
			const isSent = !blockLines[0]!.trimStart().startsWith('/*') || blockLines.some((line) => HOST_HEADER_PATTERN.test(line));
			const destinations = isSent ? this.destinations.restClient.list(blockLines) : [];
			if (destinations.length === 0) {
				return [];
			}
			const requestLine = lines[this.#getLineIndex(start)]!;
			return [
				{
					request: { kind: 'broker', requestLine, range: { start, end: requestLine.end } },
					variables,
					variablesByClient: { restClient: variables, httpYac: variables },
					target: undefined,
					destinationsByClient: { restClient: destinations, httpYac: destinations },
				},
			];
		});
	}

	#getLineIndex(start: number): number {
		this.#lineIndexes ??= new Map(this.sectionLines.lines.map((line, index) => [line.start, index]));
		return this.#lineIndexes.get(start)!;
	}

	/** Returns what REST Client reads of a request, without comments. */
	*#readBlockLines(start: number, end: number): Generator<string> {
		const { lines } = this.sectionLines;
		for (let index = this.#getLineIndex(start); index < lines.length && lines[index]!.start < end; index++) {
			const line = lines[index]!;
			if (!isComment(this.text, line)) {
				yield this.text.slice(line.start, line.end);
			}
		}
	}

	#isReadBy(client: ClientSyntax): boolean {
		const { range, content } = this.section;
		if (range.start === content.start) {
			return true;
		}
		const [opening, closing] = CLIENT_FENCE_PATTERNS[client];
		return (
			opening.test(this.text.slice(range.start, content.start).replace(LINE_BREAK_AT_END, '')) &&
			closing.test(this.text.slice(content.end, range.end))
		);
	}
}

/** Adds where other requests of the file are sent to the destinations of a request that sends them first. */
function addDestinationsOfOthers(requests: readonly RequestUse[], finder: HttpYacDestinations): readonly RequestUse[] {
	const all = [...new Set(requests.flatMap(({ destinationsByClient }) => destinationsByClient.httpYac))];
	return requests.map((use) =>
		finder.sendsOthers(use.request) ? { ...use, destinationsByClient: { ...use.destinationsByClient, httpYac: all } } : use,
	);
}

function findDefinitions(text: string, lines: readonly Line[]): readonly VariableDefinition[] {
	return lines.flatMap(({ content, end }) => {
		const definition = text.startsWith('@', content) ? parseVariableDefinition(text.slice(content, end)) : undefined;
		return definition ? [definition] : [];
	});
}

/** In a fence, separators are only comments: everything in it is one request. */
function findRestClientBlocks(text: string, lines: readonly Line[], end: number, isFence: boolean): readonly RestClientBlock[] {
	const blocks: RestClientBlock[] = [];
	let start: number | undefined;
	for (const line of lines) {
		if (!isFence && isRestClientSeparator(text, line)) {
			blocks.push({ start: start ?? line.start, end: line.start });
			start = undefined;
		} else if (!canPrecedeInRestClient(text, line)) {
			start ??= line.start;
		}
	}
	return [...blocks, { start: start ?? end, end }];
}

function isSentByHttpYac(text: string, request: ParsedRequest, { kind, line }: LineUse): boolean {
	return (
		kind === 'text' ||
		(kind === 'comment' && request.kind === 'http' && line.start < request.httpYacHeadersEnd && isHeaderNamedWithHash(text, line))
	);
}

/** For httpYac, `#` without a space can start the name of a header. */
function isHeaderNamedWithHash(text: string, line: Line): boolean {
	return text.startsWith('#', line.content) && /\S/.test(text.charAt(line.content + 1)) && isHeaderForHttpYac(text, line);
}

function listVariables(uses: readonly LineUse[], others: readonly string[] = []): readonly string[] {
	return [...new Set([...uses.flatMap(({ variables }) => variables), ...others])];
}

/** Returns a function that returns the uses in lines from `start` to before `end`. Call it with ascending ranges that don't overlap. */
function createRangeCursor(uses: readonly LineUse[]): (start: number, end: number) => readonly LineUse[] {
	let next = 0;
	return (start, end) => {
		while (next < uses.length && uses[next]!.line.start < start) {
			next++;
		}
		const first = next;
		while (next < uses.length && uses[next]!.line.start < end) {
			next++;
		}
		return uses.slice(first, next);
	};
}

/** Returns a function that returns whether an offset is in one of the ordered ranges. Call it with ascending offsets. */
function createRangeLookup(ranges: readonly TextRange[]): (offset: number) => boolean {
	let next = 0;
	return (offset) => {
		while (next < ranges.length && ranges[next]!.end < offset) {
			next++;
		}
		return next < ranges.length && ranges[next]!.start <= offset;
	};
}
