import { parseCurlCommands, type CurlCommand } from './curlCommand';
import { readFoldedLines } from './foldedAuthorization';
import {
	closesMultiLineBlock,
	findCurlEnd,
	isCommentKind,
	forcesSeparator,
	parseHeader,
	canPrecedeRequest,
	isBrokerLine,
	isComment,
	isContinuation,
	isHeaderForHttpYac,
	isMethodLine,
	isPathContinuation,
	isRequestLine,
	isSeparator,
	MULTI_LINE_BLOCK_KINDS,
	opensMultiLineBlock,
	parseAuthorizationWithoutColon,
} from './requestGrammar';
import { isBlank, isIndented, readLine, findLineStart, sliceRange, trimRange, type Line, type TextRange } from './lines';
import { findRequestFences, type MarkdownFence } from './markdownFences';

/** The part of a text that a client treats as a request file: a whole `.http` or `.rest` file, or a fence in a Markdown document. */
export interface ParsedSection {
	/** All cursor positions in the section, including the fence's markers. */
	readonly range: TextRange;
	readonly content: TextRange;
	readonly requests: readonly ParsedRequest[];
	/** In order. */
	readonly multiLineBlocks: readonly MultiLineBlock[];
}

/** A script or a comment of several lines, including the lines that open and close it. Only httpYac supports them. */
export interface MultiLineBlock extends TextRange {
	readonly isComment: boolean;
}

export type ParsedRequest = HttpRequest | CurlRequest | BrokerRequest;

interface RequestBase {
	/**
	 * Cursor positions that select this request, both ends included: from its separator, or the lines above the request line, to the next
	 * request. A block with only variables, comments, and scripts belongs to the request below.
	 */
	readonly range: TextRange;
	readonly requestLine: Line;
}

/** A request over HTTP, or over a protocol with the same kind of headers: WebSocket, server-sent events, gRPC. */
export interface HttpRequest extends RequestBase {
	readonly kind: 'http';
	/** Text that each line must start with: the fence's indentation, or nothing. */
	readonly indent: string;
	/** Lines below the request line that continue its URL. */
	readonly continuations: readonly Line[];
	readonly headers: readonly RequestHeader[];
	/** Offset of the first line that isn't a header for REST Client, usually a blank line. */
	readonly headersEnd: number;
	/** Offset of the first line that httpYac treats as the body. Usually `headersEnd`, and never after it. */
	readonly httpYacHeadersEnd: number;
}

export interface RequestHeader {
	readonly name: string;
	/** False for an Authorization header that's still being typed. */
	readonly hasColon: boolean;
	/** Its lines up to the first comment in it, including line breaks. */
	readonly range: TextRange;
	/** Text after the colon, or after the name if there's none, without surrounding white space. Ends where `range` does. */
	readonly value: TextRange;
	/** Lines below comments that continue the value. */
	readonly linesBelowComments: readonly Line[];
}

/** A `curl` command, which REST Client can send, or one of the requests that a command sends. */
export interface CurlRequest extends RequestBase, CurlCommand {
	readonly kind: 'curl';
}

/** A request to a message broker (MQTT, AMQP), whose header lines are connection options. */
export interface BrokerRequest extends RequestBase {
	readonly kind: 'broker';
}

type OmitRange<T> = T extends ParsedRequest ? Omit<T, 'range'> : never;

/** Requests, and the index of the block's line after them. Only cURL can have several in the same lines. */
interface ReadRequestsResult {
	readonly nextLine: number;
	readonly requests: readonly OmitRange<ParsedRequest>[];
}

/** Parses the requests in a `.http` or `.rest` file. */
export function parseRequestFile(text: string): ParsedSection {
	const content = { start: 0, end: text.length };
	return parseSection(text, content, content, '');
}

/** Like `findRequestAt(parseRequestFile(text).requests, offset)`, but parses only the necessary part of the file. */
export function findRequestInFile(text: string, offset: number): ParsedRequest | undefined {
	return findRequestsInFile(text, [offset])[0];
}

/** Like `findRequestInFile`, for several cursors: returns the different requests that they select, in order. Takes linear time. */
export function findRequestsInFile(text: string, offsets: readonly number[]): ParsedRequest[] {
	const cursors = offsets.map((offset) => Math.min(Math.max(offset, 0), text.length)).sort((a, b) => a - b);
	const [first] = cursors;
	return first === undefined
		? []
		: findRequestsAt(new RequestFileParser(text, findBlockStart(text, first), text.length).requests(), cursors);
}

/** Parses the fences with requests in a Markdown document. */
export function parseMarkdown(text: string): ParsedSection[] {
	return parseFences(text, findRequestFences(text));
}

/** Parses the requests in fences. */
export function parseFences(text: string, fences: readonly MarkdownFence[]): ParsedSection[] {
	return fences.map(({ range, content, indent }) => parseSection(text, content, range, indent));
}

/** Like `findRequestInFile`, for the fences in a Markdown document. */
export function findRequestInMarkdown(text: string, offset: number): ParsedRequest | undefined {
	const fence = parseMarkdown(text).find(({ range }) => range.start <= offset && offset <= range.end);
	return fence && findRequestAt(fence.requests, offset);
}

/** Finds the request that a cursor at `offset` selects; undefined if there is none. */
export function findRequestAt(requests: Iterable<ParsedRequest>, offset: number): ParsedRequest | undefined {
	return findRequestsAt(requests, [offset])[0];
}

/** Finds the requests that cursors at ascending offsets select, each of them once. Reads no more requests than necessary. */
export function findRequestsAt(requests: Iterable<ParsedRequest>, cursors: readonly number[]): ParsedRequest[] {
	const found: ParsedRequest[] = [];
	let next = 0;
	for (const request of requests) {
		const { start, end } = request.range;
		while (next < cursors.length && cursors[next]! < start) {
			next++;
		}
		if (next < cursors.length && cursors[next]! <= end) {
			found.push(request);
		}
		while (next < cursors.length && cursors[next]! <= end) {
			next++;
		}
		if (next === cursors.length) {
			break;
		}
	}
	return found;
}

function parseSection(text: string, content: TextRange, range: TextRange, indent: string): ParsedSection {
	const parser = new RequestFileParser(text, content.start, content.end, range, indent);
	const requests = [...parser.requests()];
	return { range, content, requests, multiLineBlocks: [...parser.multiLineBlocks.values()] };
}

/** Returns the start of the separator line at or before `offset`; 0 if there is none. */
function findBlockStart(text: string, offset: number): number {
	let start = findLineStart(text, offset);
	while (!isSeparator(text, readLine(text, start, text.length))) {
		const mark = start === 0 ? -1 : text.lastIndexOf('###', start - 1);
		if (mark < 0) {
			return 0;
		}
		start = findLineStart(text, mark);
	}
	return start;
}

/** Lazily parses a text block by block. A block is the text between separators. Takes linear time. */
class RequestFileParser {
	/** Lines of the current block, without its separator. */
	private lines: Line[] = [];
	/** Start of the next request's range. */
	private rangeStart: number;
	/** By kind of multi-line block, where the last search for a closing line ended. */
	private closingLines: number[] = [];
	/** By where they start. */
	readonly multiLineBlocks = new Map<number, MultiLineBlock>();

	constructor(
		private readonly text: string,
		private position: number,
		private readonly end: number,
		private readonly range: TextRange = { start: position, end },
		private readonly indent = '',
	) {
		this.rangeStart = range.start;
	}

	*requests(): Generator<ParsedRequest> {
		while (this.position < this.end) {
			this.readLines();
			yield* this.readBlock();
		}
	}

	private readLines(): void {
		const { text, end } = this;
		this.lines = [];
		this.closingLines = MULTI_LINE_BLOCK_KINDS.map(() => 0);
		let line = readLine(text, this.position, end);
		if (!isSeparator(text, line)) {
			this.lines.push(line);
		}
		for (this.position = line.next; this.position < end; this.position = line.next) {
			line = readLine(text, this.position, end);
			if (isSeparator(text, line)) {
				return;
			}
			this.lines.push(line);
		}
	}

	private *readBlock(): Generator<ParsedRequest> {
		const { text, lines } = this;
		let needsSeparator = false;
		let hasOtherText = false;
		let at = 0;
		while (at < lines.length && !this.startsRequest(at, hasOtherText)) {
			const line = lines[at]!;
			const next = this.skipMultiLineBlock(at);
			needsSeparator ||= forcesSeparator(text, line);
			hasOtherText ||= next === at && !canPrecedeRequest(text, line);
			at = Math.max(next, at + 1);
		}
		while (at < lines.length) {
			const { nextLine, requests } = this.readRequests(at, needsSeparator);
			const nextStart = this.getLineOffset(nextLine);
			for (const [index, request] of requests.entries()) {
				const start = this.rangeStart;
				this.rangeStart = requests[index + 1]?.requestLine.start ?? nextStart;
				yield { ...request, range: { start, end: this.rangeStart === this.end ? this.range.end : this.rangeStart - 1 } };
			}
			at = nextLine;
		}
		if (hasOtherText) {
			this.rangeStart = this.getLineOffset(at);
		}
	}

	/** Returns whether a block's first request starts in line `at`. Below other text, only a line with a method starts one. */
	private startsRequest(at: number, isBelowOtherText: boolean): boolean {
		const { text, lines } = this;
		const line = lines[at]!;
		if (isBelowOtherText) {
			return isMethodLine(text, line.content);
		}
		return !canPrecedeRequest(text, line) && (findCurlEnd(text, line.content) !== undefined || isRequestLine(text, line));
	}

	private readRequests(at: number, needsSeparator: boolean): ReadRequestsResult {
		const isCurl = findCurlEnd(this.text, this.lines[at]!.content) !== undefined;
		return isCurl ? this.readCurl(at) : this.readHttp(at, needsSeparator);
	}

	private readCurl(at: number): ReadRequestsResult {
		const { text, lines } = this;
		const first = lines[at]!;
		const { commands, nextRequest = Infinity } = parseCurlCommands(text, first.content, this.getLineOffset(lines.length));
		let next = at + 1;
		while (next < lines.length && lines[next]!.content < nextRequest) {
			next++;
		}
		return { nextLine: next, requests: createCurlRequests(text, commands, first) };
	}

	private readHttp(at: number, needsSeparator: boolean): ReadRequestsResult {
		const { text, lines } = this;
		const requestLine = lines[at]!;
		const continuations: Line[] = [];
		const headers: RequestHeader[] = [];
		let httpYacHeadersEnd: number | undefined;
		let isInUrl = true;
		let hasPathLine = false;
		let isBelowHashNote = false;
		let mayBeBody = false;
		let next = at + 1;
		for (; next < lines.length && !this.endsHeaders(next); next++) {
			const line = lines[next]!;
			const isIgnored = isComment(text, line);
			hasPathLine ||= isPathContinuation(text, line);
			// A path ends the URL in REST Client, and a `#` without a space ends everything above the body in httpYac.
			isInUrl &&= isIgnored || (isContinuation(text, line) && !(hasPathLine && isBelowHashNote));
			if (isInUrl && !isIgnored) {
				continuations.push(line);
			}
			if (!isHeaderForHttpYac(text, line) && !parseAuthorizationWithoutColon(text, line)) {
				httpYacHeadersEnd ??= line.start;
				isBelowHashNote ||= isIgnored;
				mayBeBody ||= !isInUrl && !isIgnored;
			}
			// After a body that started without a blank line, an indented line is probably a GraphQL or YAML field.
			const header = isInUrl || (mayBeBody && isIndented(line)) ? undefined : this.readHeader(next);
			if (header) {
				headers.push(header);
				const { end } = header.linesBelowComments.at(-1) ?? header.value;
				while (lines[next]!.end < end) {
					next++;
				}
			}
		}
		const headersEnd = this.getLineOffset(next);
		const endsAtSeparatorOnly = needsSeparator || headers.some((header) => this.isMultipartMixed(header));
		while (next < lines.length && (endsAtSeparatorOnly || !isMethodLine(text, lines[next]!.content))) {
			next = Math.max(this.skipMultiLineBlock(next), next + 1);
		}
		if (isBrokerLine(text, requestLine)) {
			return { nextLine: next, requests: [{ kind: 'broker', requestLine }] };
		}
		const ends = { headersEnd, httpYacHeadersEnd: httpYacHeadersEnd ?? headersEnd };
		return { nextLine: next, requests: [{ kind: 'http', indent: this.indent, requestLine, continuations, headers, ...ends }] };
	}

	private endsHeaders(at: number): boolean {
		const line = this.lines[at]!;
		return isBlank(line) || isMethodLine(this.text, line.content) || this.skipMultiLineBlock(at) > at;
	}

	private readHeader(at: number): RequestHeader | undefined {
		const { text, lines } = this;
		const line = lines[at]!;
		const complete = parseHeader(text, line);
		const header = complete ?? parseAuthorizationWithoutColon(text, line);
		if (!header) {
			return undefined;
		}
		const { name, valueStart } = header;
		const value = trimRange(text, { start: valueStart, end: line.end });
		const below = isAuthorizationHeader(name) ? readFoldedLines(text, this.linesBelow(at), sliceRange(text, value), this.indent) : [];
		const folded = below.filter((_, index) => below[index] === lines[at + 1 + index]);
		const last = folded.at(-1);
		return {
			name,
			hasColon: complete !== undefined,
			range: { start: line.start, end: (last ?? line).next },
			value: last ? { start: value.start, end: trimRange(text, last).end } : value,
			linesBelowComments: below.slice(folded.length),
		};
	}

	/** Lazily returns the lines below line `at` up to the end of the headers. */
	private *linesBelow(at: number): Generator<Line> {
		for (let next = at + 1; next < this.lines.length && !this.endsHeaders(next); next++) {
			yield this.lines[next]!;
		}
	}

	/** httpYac doesn't look for other requests in the parts of such a body. */
	private isMultipartMixed({ name, value }: RequestHeader): boolean {
		return name.toLowerCase() === 'content-type' && /^multipart\/mixed\b/i.test(sliceRange(this.text, value));
	}

	/** Returns the line after the multi-line script or comment that starts in line `at`, or `at` if none starts there or it isn't closed. */
	private skipMultiLineBlock(at: number): number {
		const { text, lines, closingLines } = this;
		const line = lines[at]!;
		const kind = MULTI_LINE_BLOCK_KINDS.find((one) => opensMultiLineBlock(one, text, line));
		if (kind === undefined) {
			return at;
		}
		let closing = Math.max(closingLines[kind]!, at + 1);
		while (closing < lines.length && !closesMultiLineBlock(kind, text, lines[closing]!)) {
			closing++;
		}
		closingLines[kind] = closing;
		if (closing === lines.length) {
			return at;
		}
		this.multiLineBlocks.set(line.start, { start: line.start, end: lines[closing]!.end, isComment: isCommentKind(kind) });
		return closing + 1;
	}

	/** Returns the offset of line `at` of the block, or the end of the block after its last line. */
	private getLineOffset(at: number): number {
		return this.lines[at]?.start ?? this.position;
	}
}

/** The first request's line is whole. Each of the others starts with its first word. */
function createCurlRequests(text: string, commands: readonly CurlCommand[], first: Line): OmitRange<CurlRequest>[] {
	return commands.map((command, index) => {
		const { start } = command.words[0]!;
		const requestLine = index === 0 ? first : readLine(text, start, Math.max(start, commands[index + 1]?.words[0]!.start ?? text.length));
		return { kind: 'curl', requestLine, ...command };
	});
}

export function isAuthorizationHeader(name: string): boolean {
	return name.toLowerCase() === 'authorization';
}
