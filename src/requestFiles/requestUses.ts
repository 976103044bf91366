import { FileVariables, parseVariableDefinition, type VariableDefinition } from './fileVariables';
import { findKeyReferences, type KeyReference } from './keyReferences';
import { sliceRange, splitLines, type Line, type TextRange } from './lines';
import { canPrecedeInRestClient, isComment, isHeaderForHttpYac, isRestClientSeparator } from './requestGrammar';
import { parseSections, type RequestFileKind } from './requestFileKind';
import type { MultiLineBlock, ParsedRequest, ParsedSection } from './requestFileParser';
import { resolveRequestTarget, type RequestTarget } from './requestTarget';

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
}

/** What a file's requests use. */
export interface RequestFileUses {
	/** The requests that use tokens' keys, in order. */
	readonly requests: readonly RequestUse[];
	/** References that aren't in comments, in order. */
	readonly references: readonly KeyReference[];
}

/** How clients treat a line. */
type LineKind =
	/** Dropped by both clients, except by httpYac directly below a request line if it looks like a header. */
	| 'comment'
	/** A definition for httpYac. For REST Client, text if it's below a request line. */
	| 'definition'
	/** Part of a script of httpYac. Text for REST Client. */
	| 'script'
	/** Part of a multi-line comment of httpYac. Text for REST Client. */
	| 'blockComment'
	| 'text';

/** Use of a token's environment variable in a line. */
interface LineUse {
	readonly line: Line;
	readonly kind: LineKind;
	readonly variables: readonly string[];
}

/** What REST Client sends for the text between two separators: one request, up to the next separator. */
interface RestClientBlock {
	/** Where the first line starts that it doesn't skip. */
	readonly start: number;
	readonly end: number;
}

const VARIABLE_PREFIX = 'CONNECT_';
const LINE_BREAK_AT_END = /(?:\r\n|\r|\n)$/;

/** How each client recognizes a fence in a Markdown document, by the fence's first and last line. */
const FENCE_PATTERNS: Readonly<Record<ClientSyntax, readonly [opening: RegExp, closing: RegExp]>> = {
	restClient: [/^```(?:http|rest)$/, /^```$/],
	httpYac: [/^```\s*(?:http|rest)$/i, /^```\s*$/],
};

/**
 * Finds the requests that use tokens' keys: in their own lines, or through variables at any level. Knows what each client reads, sends, and
 * drops. Takes linear time. Finds no uses in a file with too many definitions.
 */
export function findRequestUses(text: string, kind: RequestFileKind): RequestFileUses {
	if (!text.includes(VARIABLE_PREFIX)) {
		return { requests: [], references: [] };
	}
	const variables = new FileVariables(findDefinitions(text));
	const sections = parseSections(text, kind).map((section) => new SectionUses(text, section, variables));
	const references = findKeyReferences(text);
	const commentLines = sections.flatMap((section) => section.commentLines);
	const isInComment = createRangeLookup(commentLines);
	const scriptVariables = sections.flatMap((section) => section.scriptVariables);
	return {
		requests: variables.isTooComplex ? [] : sections.flatMap((section) => section.findRequests(scriptVariables)),
		references: references.filter(({ start }) => !isInComment(start)),
	};
}

/** The uses of tokens' keys in a file or a fence. */
class SectionUses {
	readonly commentLines: readonly Line[];
	/** Environment variables that scripts use. What a script does with them isn't known, so each request could. */
	readonly scriptVariables: readonly string[];
	readonly #uses: readonly LineUse[];
	readonly #blocks: readonly RestClientBlock[];

	constructor(
		private readonly text: string,
		private readonly section: ParsedSection,
		private readonly variables: FileVariables,
	) {
		const lines = splitLines(text, section.content.start, section.content.end);
		const kinds = classifyLines(text, lines, section.multiLineBlocks);
		this.commentLines = lines.filter((_, index) => kinds[index] === 'comment');
		this.#uses = lines.flatMap((line, index) => {
			const kind = kinds[index]!;
			const content = sliceRange(text, { start: line.content, end: line.end });
			const found = kind === 'script' ? variables.findTokenVariablesInCode(content) : variables.findTokenVariables(content);
			return found.length > 0 ? [{ line, kind, variables: found }] : [];
		});
		this.scriptVariables = this.#uses.flatMap((use) => (use.kind === 'script' ? use.variables : []));
		this.#blocks = findRestClientBlocks(text, lines, section.content.end);
	}

	findRequests(scriptVariables: readonly string[]): RequestUse[] {
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
								scriptVariables,
							)
						: undefined,
			};
			const variables = [...new Set(Object.values(variablesByClient).flatMap((list) => list ?? []))];
			return variables.length === 0
				? []
				: [{ request, variables, variablesByClient, target: resolveRequestTarget(this.text, request, this.variables) }];
		});
	}

	#isReadBy(client: ClientSyntax): boolean {
		const { range, content } = this.section;
		if (range.start === content.start) {
			return true;
		}
		const [opening, closing] = FENCE_PATTERNS[client];
		return (
			opening.test(this.text.slice(range.start, content.start).replace(LINE_BREAK_AT_END, '')) &&
			closing.test(this.text.slice(content.end, range.end))
		);
	}
}

function findDefinitions(text: string): readonly VariableDefinition[] {
	return splitLines(text, 0, text.length).flatMap(({ content, end }) => {
		const definition = text.startsWith('@', content) ? parseVariableDefinition(text.slice(content, end)) : undefined;
		return definition ? [definition] : [];
	});
}

function classifyLines(text: string, lines: readonly Line[], blocks: readonly MultiLineBlock[]): readonly LineKind[] {
	let nextBlock = 0;
	return lines.map((line) => {
		while (nextBlock < blocks.length && blocks[nextBlock]!.end < line.start) {
			nextBlock++;
		}
		const block = blocks[nextBlock];
		if (block && block.start <= line.start) {
			return block.isComment ? 'blockComment' : 'script';
		}
		return isComment(text, line) ? 'comment' : text.startsWith('@', line.content) ? 'definition' : 'text';
	});
}

function findRestClientBlocks(text: string, lines: readonly Line[], end: number): readonly RestClientBlock[] {
	const blocks: RestClientBlock[] = [];
	let start: number | undefined;
	for (const line of lines) {
		if (isRestClientSeparator(text, line)) {
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
