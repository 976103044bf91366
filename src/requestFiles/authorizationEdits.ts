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

/** Ordered edits that don't overlap and whose offsets refer to the original text, or why nothing can be edited. */
export type AuthorizationEdits = { readonly edits: readonly TextReplacement[] } | { readonly problem: string };

/** Applies ordered replacements that don't overlap. */
export function applyReplacements(text: string, replacements: readonly TextReplacement[]): string {
	return replacements.reduceRight((result, { start, end, text: inserted }) => result.slice(0, start) + inserted + result.slice(end), text);
}

const NO_REQUEST_MESSAGE =
	"There's no request at the cursor. Place the cursor in a request, or enter one such as GET https://example.com first.";
const BROKER_REQUEST_MESSAGE = "MQTT and AMQP requests don't have an Authorization header.";

/** Formats the header line, without a line break. Removes control characters from `value` so that it can't add another header. */
export function formatAuthorizationHeader(value: string): string {
	return `Authorization: ${toSingleLine(value)}`;
}

/**
 * Sets the Authorization header of the request at the cursor. Returns no edits if it already has this value.
 * @param text of a `.http` or `.rest` file
 * @param offset of the cursor, or of several cursors, in UTF-16 units. Cursors outside of requests are ignored unless all of them are.
 */
export function setAuthorization(text: string, offset: number | readonly number[], value: string): AuthorizationEdits {
	return createEdits(
		text,
		[offset].flat().map((item) => findRequestInFile(text, item)),
		value,
	);
}

/** Like `setAuthorization`, for Markdown. Returns undefined if no cursor is in a fence with requests. */
export function setAuthorizationInMarkdown(
	text: string,
	offset: number | readonly number[],
	value: string,
): AuthorizationEdits | undefined {
	const fences = parseMarkdown(text);
	const inFences = [offset].flat().flatMap((cursor) => {
		const fence = fences.find(({ range }) => range.start <= cursor && cursor <= range.end);
		return fence ? [findRequestAt(fence.requests, cursor)] : [];
	});
	return inFences.length > 0 ? createEdits(text, inFences, value) : undefined;
}

/** Like `setAuthorization`, for every request in the file that can have headers. */
export function setAuthorizationEverywhere(text: string, value: string): AuthorizationEdits {
	return createEdits(text, parseRequestFile(text).requests.filter(hasHeaders), value);
}

/** Like `setAuthorizationEverywhere`, for the fences in a Markdown document. */
export function setAuthorizationEverywhereInMarkdown(text: string, value: string): AuthorizationEdits {
	return createEdits(
		text,
		parseMarkdown(text).flatMap(({ requests }) => requests.filter(hasHeaders)),
		value,
	);
}

/** Returns whether the request has an Authorization header. Requests to message brokers never do. */
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

/** Creates the edits that set the Authorization header of a request parsed from the same text. */
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
	const requests = new Map(found.flatMap((request) => (request ? [[request.requestLine.start, request] as const] : [])));
	if (requests.size === 0) {
		return { problem: NO_REQUEST_MESSAGE };
	}
	const results = [...requests.values()].map((request) => createAuthorizationEdits(text, request, value));
	const failure = results.find((result) => 'problem' in result);
	return failure ?? { edits: results.flatMap((result) => ('edits' in result ? result.edits : [])).sort((a, b) => a.start - b.start) };
}

function hasHeaders({ kind }: ParsedRequest): boolean {
	return kind !== 'broker';
}

/**
 * Reuses an existing header that both clients send, or inserts one right below the URL. Removes all others, because REST Client would join
 * their values and httpYac would send each of them.
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

/** Uses the line break of the line above or, if that's the last line, of the line before it. */
function insertLineBelow(text: string, { start, end, next }: Line, line: string): TextReplacement {
	if (next > end) {
		return { start: next, end: next, text: line + text.slice(end, next) };
	}
	const lineBreak = /(?:\r\n|\n|\r)$/.exec(text.slice(Math.max(0, start - 2), start))?.[0] ?? '\n';
	return { start: end, end, text: lineBreak + line };
}

/**
 * Like `createHeaderEdits`. A new argument goes right after the word `curl`, where it can't break a quote or a continuation. If a command
 * contains `-H`, REST Client ignores `--header`, so all arguments must use the same option.
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

/** Also removes the white space and continuations before the argument, unless they include a comment. */
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
