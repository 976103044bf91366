import { readCommand, type Word } from './curl';
import {
	closesMultiLine,
	curlEnd,
	forcesSeparator,
	headerIn,
	isBeforeRequest,
	isBrokerLine,
	isComment,
	isContinuation,
	isFolded,
	isHeaderForHttpYac,
	isMethodLine,
	isRequestLine,
	isSeparator,
	multiLineKinds,
	opensMultiLine,
} from './grammar';
import { isBlank, isIndented, lineFrom, lineStart, textOf, trimmed, type Line, type TextRange } from './lines';
import { requestFences } from './markdown';

/** A fence of a Markdown document. */
export interface Fence {
	/** Every position of a cursor in it, its marks included. */
	readonly range: TextRange;
	readonly requests: readonly Request[];
}

export type Request = HttpRequest | CurlRequest | BrokerRequest;

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
	readonly headers: readonly Header[];
	/** Offset of the first line that is no header for REST Client: a blank one, usually. */
	readonly headersEnd: number;
	/** Offset of the first line that httpYac takes for the body; `headersEnd`, usually, and never after it. */
	readonly httpYacHeadersEnd: number;
}

export interface Header {
	readonly name: string;
	/** Its lines with their line breaks. */
	readonly range: TextRange;
	/** What stands after the colon, without white space around it. */
	readonly value: TextRange;
}

/** A `curl` command, which REST Client sends. */
export interface CurlRequest extends RequestBase {
	readonly kind: 'curl';
	readonly words: readonly Word[];
}

/** A request to a message broker (MQTT, AMQP), whose header lines are options of the connection. */
export interface BrokerRequest extends RequestBase {
	readonly kind: 'broker';
}

type WithoutRange<T> = T extends Request ? Omit<T, 'range'> : never;

/** A request, and the line of its block where the next one starts. */
interface ReadRequest {
	readonly next: number;
	readonly request: WithoutRange<Request>;
}

/** The requests of a `.http` or `.rest` file. */
export function parseRequestFile(text: string): Request[] {
	return [...new Parser(text, 0, text.length).requests()];
}

/** As `requestAt(parseRequestFile(text), offset)`, but reads no more of the file than it has to. */
export function requestInFile(text: string, offset: number): Request | undefined {
	const cursor = Math.min(Math.max(offset, 0), text.length);
	return requestAt(new Parser(text, blockStart(text, cursor), text.length).requests(), cursor);
}

/** The fences of a Markdown document that hold requests. */
export function parseMarkdown(text: string): Fence[] {
	return requestFences(text).map(({ range, content, indent }) => ({
		range,
		requests: [...new Parser(text, content.start, content.end, range, indent).requests()],
	}));
}

/** As `requestInFile`, in the fences of a Markdown document. */
export function requestInMarkdown(text: string, offset: number): Request | undefined {
	const fence = parseMarkdown(text).find(({ range }) => range.start <= offset && offset <= range.end);
	return fence && requestAt(fence.requests, offset);
}

/** The request that a cursor at `offset` means; undefined where there is none. */
export function requestAt(requests: Iterable<Request>, offset: number): Request | undefined {
	for (const request of requests) {
		if (offset <= request.range.end) {
			return request.range.start <= offset ? request : undefined;
		}
	}
	return undefined;
}

/** Where the separator stands below which `offset` is, or in whose line; the start of the text where there is none. */
function blockStart(text: string, offset: number): number {
	let start = lineStart(text, offset);
	while (!isSeparator(text, lineFrom(text, start, text.length))) {
		const mark = start === 0 ? -1 : text.lastIndexOf('###', start - 1);
		if (mark < 0) {
			return 0;
		}
		start = lineStart(text, mark);
	}
	return start;
}

/** Reads a text block by block, as far as it is asked to; a block is what stands between separators. Takes linear time. */
class Parser {
	/** The lines of the block being read, without its separator. */
	private lines: Line[] = [];
	/** Where the range of the next request starts. */
	private start: number;
	/** By kind of multi-line block, the closing line that was looked for last. */
	private closings: number[] = [];

	constructor(
		private readonly text: string,
		private at: number,
		private readonly end: number,
		private readonly range: TextRange = { start: at, end },
		private readonly indent = '',
	) {
		this.start = range.start;
	}

	*requests(): Generator<Request> {
		while (this.at < this.end) {
			this.readLines();
			yield* this.readBlock();
		}
	}

	private readLines(): void {
		const { text, end } = this;
		this.lines = [];
		this.closings = multiLineKinds.map(() => 0);
		let line = lineFrom(text, this.at, end);
		if (!isSeparator(text, line)) {
			this.lines.push(line);
		}
		for (this.at = line.next; this.at < end; this.at = line.next) {
			line = lineFrom(text, this.at, end);
			if (isSeparator(text, line)) {
				return;
			}
			this.lines.push(line);
		}
	}

	private *readBlock(): Generator<Request> {
		const { text, lines } = this;
		let needsSeparator = false;
		let isOther = false;
		let at = 0;
		while (at < lines.length && !this.startsRequest(at, isOther)) {
			const line = lines[at]!;
			const next = this.afterMultiLine(at);
			needsSeparator ||= forcesSeparator(text, line);
			isOther ||= next === at && !isBeforeRequest(text, line);
			at = Math.max(next, at + 1);
		}
		while (at < lines.length) {
			const { next, request } = this.readRequest(at, needsSeparator);
			const start = this.start;
			this.start = this.startOf(next);
			yield { ...request, range: { start, end: this.start === this.end ? this.range.end : this.start - 1 } };
			at = next;
		}
		if (isOther) {
			this.start = this.startOf(at);
		}
	}

	/** Whether a block's first request starts in line `at`; below text that is none, only a line with a method starts one. */
	private startsRequest(at: number, isBelowOther: boolean): boolean {
		const { text, lines } = this;
		const line = lines[at]!;
		if (isBelowOther) {
			return isMethodLine(text, line.content);
		}
		return !isBeforeRequest(text, line) && (curlEnd(text, line.content) !== undefined || isRequestLine(text, line));
	}

	private readRequest(at: number, needsSeparator: boolean): ReadRequest {
		const isCurl = curlEnd(this.text, this.lines[at]!.content) !== undefined;
		return isCurl ? this.readCurl(at) : this.readHttp(at, needsSeparator);
	}

	private readCurl(at: number): ReadRequest {
		const { text, lines } = this;
		const requestLine = lines[at]!;
		const { words, nextRequest = Infinity } = readCommand(text, requestLine.content, this.startOf(lines.length));
		let next = at + 1;
		while (next < lines.length && lines[next]!.content < nextRequest) {
			next++;
		}
		return { next, request: { kind: 'curl', requestLine, words } };
	}

	private readHttp(at: number, needsSeparator: boolean): ReadRequest {
		const { text, lines } = this;
		const requestLine = lines[at]!;
		const continuations: Line[] = [];
		const headers: Header[] = [];
		let httpYacHeadersEnd: number | undefined;
		let isUrl = true;
		let mayBeBody = false;
		let next = at + 1;
		for (; next < lines.length && !this.endsHeaders(next); next++) {
			const line = lines[next]!;
			const isIgnored = isComment(text, line);
			isUrl &&= isIgnored || isContinuation(text, line);
			if (isUrl && !isIgnored) {
				continuations.push(line);
			}
			if (!isHeaderForHttpYac(text, line)) {
				httpYacHeadersEnd ??= line.start;
				mayBeBody ||= !isUrl && !isIgnored;
			}
			// An indented line of a body that follows without a blank line may well be a field of GraphQL or YAML.
			const header = isUrl || (mayBeBody && isIndented(line)) ? undefined : this.readHeader(next);
			if (header) {
				headers.push(header);
				next += header.range.end > line.next ? 1 : 0;
			}
		}
		const headersEnd = this.startOf(next);
		const isClosed = needsSeparator || headers.some((header) => this.isMultipartMixed(header));
		while (next < lines.length && (isClosed || !isMethodLine(text, lines[next]!.content))) {
			next = Math.max(this.afterMultiLine(next), next + 1);
		}
		if (isBrokerLine(text, requestLine)) {
			return { next, request: { kind: 'broker', requestLine } };
		}
		const ends = { headersEnd, httpYacHeadersEnd: httpYacHeadersEnd ?? headersEnd };
		return { next, request: { kind: 'http', indent: this.indent, requestLine, continuations, headers, ...ends } };
	}

	private endsHeaders(at: number): boolean {
		const line = this.lines[at]!;
		return isBlank(line) || isMethodLine(this.text, line.content) || this.afterMultiLine(at) > at;
	}

	private readHeader(at: number): Header | undefined {
		const { text, lines } = this;
		const line = lines[at]!;
		const header = headerIn(text, line);
		if (!header) {
			return undefined;
		}
		const { name, afterColon } = header;
		const value = trimmed(text, { start: afterColon, end: line.end });
		const below = at + 1 < lines.length && !this.endsHeaders(at + 1) ? lines[at + 1] : undefined;
		const isContinued = below && isAuthorization(name) && isFolded(text, textOf(text, value), below);
		return isContinued
			? {
					name,
					range: { start: line.start, end: below.next },
					value: { start: value.start, end: trimmed(text, below).end },
				}
			: { name, range: { start: line.start, end: line.next }, value };
	}

	/** httpYac looks for no further request among the parts of such a body. */
	private isMultipartMixed({ name, value }: Header): boolean {
		return name.toLowerCase() === 'content-type' && /^multipart\/mixed\b/i.test(textOf(this.text, value));
	}

	/** The line after the multi-line script or comment that opens in line `at`; `at` where none does, or none is closed. */
	private afterMultiLine(at: number): number {
		const { text, lines, closings } = this;
		const line = lines[at]!;
		const kind = multiLineKinds.find((one) => opensMultiLine(one, text, line));
		if (kind === undefined) {
			return at;
		}
		let closing = Math.max(closings[kind]!, at + 1);
		while (closing < lines.length && !closesMultiLine(kind, text, lines[closing]!)) {
			closing++;
		}
		closings[kind] = closing;
		return closing < lines.length ? closing + 1 : at;
	}

	/** The offset where line `at` of the block starts; past its last line, where the block ends. */
	private startOf(at: number): number {
		return this.lines[at]?.start ?? this.at;
	}
}

export function isAuthorization(name: string): boolean {
	return name.toLowerCase() === 'authorization';
}
