import { findHeaderArguments, quoteArgument, type HeaderArgument } from './curlCommand';
import { sliceRange, type Line, type TextRange } from './lines';
import {
	isAuthorizationHeader,
	parseMarkdown,
	parseRequestFile,
	findRequestAt,
	findRequestInFile,
	type CurlRequest,
	type RequestHeader,
	type HttpRequest,
	type ParsedRequest,
} from './requestFileParser';

/** A replacement of the UTF-16 offsets from `start` to before `end`. */
export interface TextReplacement extends TextRange {
	readonly text: string;
}

/** Edits in order, none overlapping another and all against the text as it was; or why there are none, and what to do. */
export type AuthorizationEdits = { readonly edits: readonly TextReplacement[] } | { readonly problem: string };

const NO_REQUEST_MESSAGE =
	"There's no request at the cursor. Place the cursor in a request, or enter one such as GET https://example.com first.";
const BROKER_REQUEST_MESSAGE = "MQTT and AMQP requests don't have an Authorization header.";

/** The header as a line of text, without line break. Control characters in `value` are left out, so that it stays one header. */
export function formatAuthorizationHeader(value: string): string {
	return `Authorization: ${toSingleLine(value)}`;
}

/**
 * Gives the request at the cursor an Authorization header of that value, in place of what it has.
 * There is nothing to edit where the request has it already.
 * @param text of a `.http` or `.rest` file
 * @param offset of the cursor in UTF-16 units; of several cursors, all: cursors that are in no request are passed over unless all are
 */
export function setAuthorization(text: string, offset: number | readonly number[], value: string): AuthorizationEdits {
	return createEdits(
		text,
		[offset].flat().map((one) => findRequestInFile(text, one)),
		value,
	);
}

/** As `placeAuthorization`, in a Markdown document; undefined where no cursor is in a fence of requests. */
export function setAuthorizationInMarkdown(
	text: string,
	offset: number | readonly number[],
	value: string,
): AuthorizationEdits | undefined {
	const fences = parseMarkdown(text);
	const inFences = [offset].flat().flatMap((one) => {
		const fence = fences.find(({ range }) => range.start <= one && one <= range.end);
		return fence ? [findRequestAt(fence.requests, one)] : [];
	});
	return inFences.length > 0 ? createEdits(text, inFences, value) : undefined;
}

/** As `placeAuthorization`, for every request of the file that has headers. */
export function setAuthorizationEverywhere(text: string, value: string): AuthorizationEdits {
	return createEdits(text, parseRequestFile(text).filter(hasHeaders), value);
}

/** As `placeAuthorizationEverywhere`, in the fences of a Markdown document. */
export function setAuthorizationEverywhereInMarkdown(text: string, value: string): AuthorizationEdits {
	return createEdits(
		text,
		parseMarkdown(text).flatMap(({ requests }) => requests.filter(hasHeaders)),
		value,
	);
}

/** Whether the request has an Authorization header; one to a message broker never has. */
export function hasAuthorization(text: string, request: ParsedRequest): boolean {
	switch (request.kind) {
		case 'http':
			return request.headers.some(({ name }) => isAuthorizationHeader(name));
		case 'curl':
			return findHeaderArguments(text, request.words).some(({ authorization }) => authorization !== '');
		case 'broker':
			return false;
	}
}

/** What `placeAuthorization` does, for a request found before in the same text. */
export function createAuthorizationEdits(text: string, request: ParsedRequest, value: string): AuthorizationEdits {
	switch (request.kind) {
		case 'http':
			return { edits: sortEdits(text, createHeaderEdits(text, request, toSingleLine(value))) };
		case 'curl':
			return { edits: sortEdits(text, createArgumentEdits(text, request, toSingleLine(value))) };
		case 'broker':
			return { problem: BROKER_REQUEST_MESSAGE };
	}
}

function createEdits(text: string, found: readonly (ParsedRequest | undefined)[], value: string): AuthorizationEdits {
	const requests = new Map(found.flatMap((one) => (one ? [[one.requestLine.start, one] as const] : [])));
	if (requests.size === 0) {
		return { problem: NO_REQUEST_MESSAGE };
	}
	const results = [...requests.values()].map((request) => createAuthorizationEdits(text, request, value));
	const failure = results.find((one) => 'problem' in one);
	return failure ?? { edits: results.flatMap((one) => ('edits' in one ? one.edits : [])).sort((one, other) => one.start - other.start) };
}

function hasHeaders({ kind }: ParsedRequest): boolean {
	return kind !== 'broker';
}

/**
 * One header is kept where both clients send it, or else goes right below the URL. All others are taken out: REST
 * Client would join them into one value, and httpYac would send each.
 */
function createHeaderEdits(text: string, request: HttpRequest, value: string): TextReplacement[] {
	const lineAbove = request.continuations.at(-1) ?? request.requestLine;
	const headers = request.headers.filter(({ name }) => isAuthorizationHeader(name));
	const isSentByBoth = ({ start }: TextRange) => start < request.httpYacHeadersEnd;
	const keptHeader = headers.find(({ range }) => isSentByBoth(range)) ?? (isSentByBoth(lineAbove) ? undefined : headers[0]);
	return [
		keptHeader
			? replaceValue(text, keptHeader, value)
			: insertLineBelow(text, lineAbove, request.indent + formatAuthorizationHeader(value)),
		...headers.filter((header) => header !== keptHeader).map(({ range }) => ({ ...range, text: '' })),
	];
}

function replaceValue(text: string, { value: { start, end } }: RequestHeader, value: string): TextReplacement {
	return { start, end, text: text.charAt(start - 1) === ':' ? ` ${value}` : value };
}

/** With the line break of the line above, and in a last line without one with that of the line before it. */
function insertLineBelow(text: string, { start, end, next }: Line, line: string): TextReplacement {
	if (next > end) {
		return { start: next, end: next, text: line + text.slice(end, next) };
	}
	const lineBreak = /(?:\r\n|\n|\r)$/.exec(text.slice(Math.max(0, start - 2), start))?.[0] ?? '\n';
	return { start: end, end, text: lineBreak + line };
}

/**
 * As for headers. A new argument stands right after the word `curl`, where no quote and no continuation can be in its
 * way. Next to any `-H`, REST Client does not look at `--header`, so all have to be of one kind.
 */
function createArgumentEdits(text: string, { words }: CurlRequest, value: string): TextReplacement[] {
	const all = findHeaderArguments(text, words);
	const authorizationArguments = all.filter(({ authorization }) => authorization !== '');
	const keptArgument = authorizationArguments.find(({ option }) => option === '-H') ?? authorizationArguments[0];
	const remainingOptions = all.filter((one) => one === keptArgument || one.authorization === '').map(({ option }) => option);
	const option = remainingOptions.includes('--header') && !remainingOptions.includes('-H') ? '--header' : '-H';
	if (!keptArgument) {
		const { end } = words[0]!;
		return [{ start: end, end, text: ` ${option} ${quoteArgument(formatAuthorizationHeader(value), '"')}` }];
	}
	const removals = authorizationArguments.filter((one) => one !== keptArgument).map((one) => removeArgument(text, one));
	return [replaceArgument(text, keptArgument, option, value), ...removals];
}

function replaceArgument(text: string, argument: HeaderArgument, option: string, value: string): TextReplacement {
	const header = quoteArgument(`${argument.authorization}: ${value}`, text.charAt(argument.value.start));
	if (argument.option === option) {
		const { start, end, isAttached } = argument.value;
		return { start, end, text: isAttached ? ` ${header}` : header };
	}
	const { start, end, flags } = argument;
	return { start, end, text: [flags, option, header].filter((part) => part !== '').join(' ') };
}

/** Takes out the white space and continuations before it as well, unless a comment stands among them. */
function removeArgument(text: string, { start, end, previousEnd, flags }: HeaderArgument): TextReplacement {
	const hasComment = /[#/]/.test(text.slice(previousEnd, start));
	return { start: hasComment || flags !== '' ? start : previousEnd, end, text: flags };
}

function sortEdits(text: string, edits: readonly TextReplacement[]): TextReplacement[] {
	return edits.filter((edit) => sliceRange(text, edit) !== edit.text).sort((a, b) => a.start - b.start);
}

function toSingleLine(value: string): string {
	return value.replace(/\p{Cc}/gu, '').trim();
}
