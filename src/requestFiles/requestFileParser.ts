import { parseCurlCommand, type ShellWord } from './curlCommand';
import {
	closesMultiLineBlock,
	findCurlEnd,
	forcesSeparator,
	parseHeader,
	canPrecedeRequest,
	isBrokerLine,
	isComment,
	isContinuation,
	isFoldedAuthorization,
	isHeaderForHttpYac,
	isMethodLine,
	isRequestLine,
	isSeparator,
	MULTI_LINE_BLOCK_KINDS,
	opensMultiLineBlock,
} from './requestGrammar';
import { isBlank, isIndented, readLine, findLineStart, sliceRange, trimRange, type Line, type TextRange } from './lines';
import { findRequestFences } from './markdownFences';

/** A fence of a Markdown document. */
export interface ParsedFence {
	/** Every position of a cursor in it, its marks included. */
	readonly range: TextRange;
	readonly requests: readonly ParsedRequest[];
}

export type ParsedRequest = HttpRequest | CurlRequest | BrokerRequest;

interface RequestBase {
	/**
	 * Where a cursor means this request, both ends included: from its separator and what stands above the request line
	 * to the next request. A block of nothing but variables, comments and scripts belongs to the request below.
	 */
	readonly range: TextRange;
	readonly requestLine: Line;
}

/** A request over HTTP, or over a protocol with headers of the same kind: WebSocket, server-sent events, gRPC. */
export interface HttpRequest extends RequestBase {
	readonly kind: 'http';
	/** What every line must start with: nothing, or the indent of the fence that the request stands in. */
	readonly indent: string;
	/** The lines below the request line that go on with its URL. */
	readonly continuations: readonly Line[];
	readonly headers: readonly RequestHeader[];
	/** Offset of the first line that is no header for REST Client: a blank one, usually. */
	readonly headersEnd: number;
	/** Offset of the first line that httpYac takes for the body; `headersEnd`, usually, and never after it. */
	readonly httpYacHeadersEnd: number;
}

export interface RequestHeader {
	readonly name: string;
	/** Its lines with their line breaks. */
	readonly range: TextRange;
	/** What stands after the colon, without white space around it. */
	readonly value: TextRange;
}

/** A `curl` command, which REST Client sends. */
export interface CurlRequest extends RequestBase {
	readonly kind: 'curl';
	readonly words: readonly ShellWord[];
}

/** A request to a message broker (MQTT, AMQP), whose header lines are options of the connection. */
export interface BrokerRequest extends RequestBase {
	readonly kind: 'broker';
}

type OmitRange<T> = T extends ParsedRequest ? Omit<T, 'range'> : never;

/** A request, and the line of its block where the next one starts. */
interface ReadRequestResult {
	readonly nextLine: number;
	readonly request: OmitRange<ParsedRequest>;
}

/** The requests of a `.http` or `.rest` file. */
export function parseRequestFile(text: string): ParsedRequest[] {
	return [...new RequestFileParser(text, 0, text.length).requests()];
}

/** As `requestAt(parseRequestFile(text), offset)`, but reads no more of the file than it has to. */
export function findRequestInFile(text: string, offset: number): ParsedRequest | undefined {
	const cursor = Math.min(Math.max(offset, 0), text.length);
	return findRequestAt(new RequestFileParser(text, findBlockStart(text, cursor), text.length).requests(), cursor);
}

/** The fences of a Markdown document that hold requests. */
export function parseMarkdown(text: string): ParsedFence[] {
	return findRequestFences(text).map(({ range, content, indent }) => ({
		range,
		requests: [...new RequestFileParser(text, content.start, content.end, range, indent).requests()],
	}));
}

/** As `requestInFile`, in the fences of a Markdown document. */
export function findRequestInMarkdown(text: string, offset: number): ParsedRequest | undefined {
	const fence = parseMarkdown(text).find(({ range }) => range.start <= offset && offset <= range.end);
	return fence && findRequestAt(fence.requests, offset);
}

/** The request that a cursor at `offset` means; undefined where there is none. */
export function findRequestAt(requests: Iterable<ParsedRequest>, offset: number): ParsedRequest | undefined {
	for (const request of requests) {
		if (offset <= request.range.end) {
			return request.range.start <= offset ? request : undefined;
		}
	}
	return undefined;
}

/** Where the separator stands below which `offset` is, or in whose line; the start of the text where there is none. */
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

/** Reads a text block by block, as far as it is asked to; a block is what stands between separators. Takes linear time. */
class RequestFileParser {
	/** The lines of the block being read, without its separator. */
	private lines: Line[] = [];
	/** Where the range of the next request starts. */
	private rangeStart: number;
	/** By kind of multi-line block, the closing line that was looked for last. */
	private closingLines: number[] = [];

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
			const { nextLine: next, request } = this.readRequest(at, needsSeparator);
			const start = this.rangeStart;
			this.rangeStart = this.getLineOffset(next);
			yield { ...request, range: { start, end: this.rangeStart === this.end ? this.range.end : this.rangeStart - 1 } };
			at = next;
		}
		if (hasOtherText) {
			this.rangeStart = this.getLineOffset(at);
		}
	}

	/** Whether a block's first request starts in line `at`; below text that is none, only a line with a method starts one. */
	private startsRequest(at: number, isBelowOtherText: boolean): boolean {
		const { text, lines } = this;
		const line = lines[at]!;
		if (isBelowOtherText) {
			return isMethodLine(text, line.content);
		}
		return !canPrecedeRequest(text, line) && (findCurlEnd(text, line.content) !== undefined || isRequestLine(text, line));
	}

	private readRequest(at: number, needsSeparator: boolean): ReadRequestResult {
		const isCurl = findCurlEnd(this.text, this.lines[at]!.content) !== undefined;
		return isCurl ? this.readCurl(at) : this.readHttp(at, needsSeparator);
	}

	private readCurl(at: number): ReadRequestResult {
		const { text, lines } = this;
		const requestLine = lines[at]!;
		const { words, nextRequest = Infinity } = parseCurlCommand(text, requestLine.content, this.getLineOffset(lines.length));
		let next = at + 1;
		while (next < lines.length && lines[next]!.content < nextRequest) {
			next++;
		}
		return { nextLine: next, request: { kind: 'curl', requestLine, words } };
	}

	private readHttp(at: number, needsSeparator: boolean): ReadRequestResult {
		const { text, lines } = this;
		const requestLine = lines[at]!;
		const continuations: Line[] = [];
		const headers: RequestHeader[] = [];
		let httpYacHeadersEnd: number | undefined;
		let isInUrl = true;
		let mayBeBody = false;
		let next = at + 1;
		for (; next < lines.length && !this.endsHeaders(next); next++) {
			const line = lines[next]!;
			const isIgnored = isComment(text, line);
			isInUrl &&= isIgnored || isContinuation(text, line);
			if (isInUrl && !isIgnored) {
				continuations.push(line);
			}
			if (!isHeaderForHttpYac(text, line)) {
				httpYacHeadersEnd ??= line.start;
				mayBeBody ||= !isInUrl && !isIgnored;
			}
			// An indented line of a body that follows without a blank line may well be a field of GraphQL or YAML.
			const header = isInUrl || (mayBeBody && isIndented(line)) ? undefined : this.readHeader(next);
			if (header) {
				headers.push(header);
				next += header.range.end > line.next ? 1 : 0;
			}
		}
		const headersEnd = this.getLineOffset(next);
		const endsAtSeparatorOnly = needsSeparator || headers.some((header) => this.isMultipartMixed(header));
		while (next < lines.length && (endsAtSeparatorOnly || !isMethodLine(text, lines[next]!.content))) {
			next = Math.max(this.skipMultiLineBlock(next), next + 1);
		}
		if (isBrokerLine(text, requestLine)) {
			return { nextLine: next, request: { kind: 'broker', requestLine } };
		}
		const ends = { headersEnd, httpYacHeadersEnd: httpYacHeadersEnd ?? headersEnd };
		return { nextLine: next, request: { kind: 'http', indent: this.indent, requestLine, continuations, headers, ...ends } };
	}

	private endsHeaders(at: number): boolean {
		const line = this.lines[at]!;
		return isBlank(line) || isMethodLine(this.text, line.content) || this.skipMultiLineBlock(at) > at;
	}

	private readHeader(at: number): RequestHeader | undefined {
		const { text, lines } = this;
		const line = lines[at]!;
		const header = parseHeader(text, line);
		if (!header) {
			return undefined;
		}
		const { name, afterColon } = header;
		const value = trimRange(text, { start: afterColon, end: line.end });
		const below = at + 1 < lines.length && !this.endsHeaders(at + 1) ? lines[at + 1] : undefined;
		const isContinued = below && isAuthorizationHeader(name) && isFoldedAuthorization(text, sliceRange(text, value), below);
		return isContinued
			? {
					name,
					range: { start: line.start, end: below.next },
					value: { start: value.start, end: trimRange(text, below).end },
				}
			: { name, range: { start: line.start, end: line.next }, value };
	}

	/** httpYac looks for no further request among the parts of such a body. */
	private isMultipartMixed({ name, value }: RequestHeader): boolean {
		return name.toLowerCase() === 'content-type' && /^multipart\/mixed\b/i.test(sliceRange(this.text, value));
	}

	/** The line after the multi-line script or comment that opens in line `at`; `at` where none does, or none is closed. */
	private skipMultiLineBlock(at: number): number {
		const { text, lines, closingLines: closings } = this;
		const line = lines[at]!;
		const kind = MULTI_LINE_BLOCK_KINDS.find((one) => opensMultiLineBlock(one, text, line));
		if (kind === undefined) {
			return at;
		}
		let closing = Math.max(closings[kind]!, at + 1);
		while (closing < lines.length && !closesMultiLineBlock(kind, text, lines[closing]!)) {
			closing++;
		}
		closings[kind] = closing;
		return closing < lines.length ? closing + 1 : at;
	}

	/** The offset where line `at` of the block starts; past its last line, where the block ends. */
	private getLineOffset(at: number): number {
		return this.lines[at]?.start ?? this.position;
	}
}

export function isAuthorizationHeader(name: string): boolean {
	return name.toLowerCase() === 'authorization';
}
