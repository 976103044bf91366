import { findHeaderArguments, quoteArgument, type HeaderArgument } from './curlCommand';
import { sliceRange, type Line, type TextRange } from './lines';
import { API_KEY_VARIABLE } from './environmentHeader';
import { parseShellFences } from './shellFences';
import {
	isAuthorizationHeader,
	parseMarkdown,
	parseRequestFile,
	findRequestsAt,
	findRequestsInFile,
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

const OPEN_SUBSTITUTION_MESSAGE =
	'The cURL command contains $( or ${ without its closing bracket. Add the bracket, or put the text in single quotes, and try again.';

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
	return createEdits(text, findRequestsInFile(text, [offset].flat()), value);
}

/** Like `setAuthorization`, for Markdown, including cURL commands in fences for a shell. Returns undefined if no cursor is in a fence with requests. */
export function setAuthorizationInMarkdown(
	text: string,
	offset: number | readonly number[],
	value: string,
): AuthorizationEdits | undefined {
	const cursors = [offset].flat().sort((a, b) => a - b);
	let next = 0;
	const sections = [...parseMarkdown(text), ...parseShellFences(text)].sort((a, b) => a.range.start - b.range.start);
	const inFences = sections.flatMap(({ range, requests }) => {
		next = skipWhile(cursors, next, (cursor) => cursor < range.start);
		const first = next;
		next = skipWhile(cursors, next, (cursor) => cursor <= range.end);
		return first < next ? [findRequestsAt(requests, cursors.slice(first, next))] : [];
	});
	return inFences.length > 0 ? createEdits(text, inFences.flat(), value) : undefined;
}

/** Like `setAuthorization`, for every request in the file that can have headers. */
export function setAuthorizationEverywhere(text: string, value: string): AuthorizationEdits {
	return createEdits(text, parseRequestFile(text).requests.filter(hasHeaders), value);
}

/** Like `setAuthorizationEverywhere`, for the fences in a Markdown document. Commands for a shell may be for any server, so they're left alone. */
export function setAuthorizationEverywhereInMarkdown(text: string, value: string): AuthorizationEdits {
	return createEdits(
		text,
		parseMarkdown(text).flatMap(({ requests }) => requests.filter(hasHeaders)),
		value,
	);
}

/** Returns whether the request has a complete Authorization header. Requests to message brokers never do. */
export function hasAuthorization(text: string, request: ParsedRequest): boolean {
	switch (request.kind) {
		case 'http':
			return request.headers.some(({ name, hasColon }) => hasColon && isAuthorizationHeader(name));
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
			return request.words.some(({ hasOpenSubstitution }) => hasOpenSubstitution)
				? { problem: OPEN_SUBSTITUTION_MESSAGE }
				: { edits: sortEdits(text, createArgumentEdits(text, request, toSingleLine(value))) };
		case 'broker':
			return { problem: BROKER_REQUEST_MESSAGE };
	}
}

function createEdits(text: string, requests: readonly ParsedRequest[], value: string): AuthorizationEdits {
	if (requests.length === 0) {
		return { problem: NO_REQUEST_MESSAGE };
	}
	const results = requests.map((request) => createAuthorizationEdits(text, request, value));
	const failure = results.find((result) => 'problem' in result);
	return failure ?? { edits: results.flatMap((result) => ('edits' in result ? result.edits : [])) };
}

/** Returns the first index at or after `start` whose cursor the predicate isn't true for. */
function skipWhile(cursors: readonly number[], start: number, predicate: (cursor: number) => boolean): number {
	let next = start;
	while (next < cursors.length && predicate(cursors[next]!)) {
		next++;
	}
	return next;
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
		...headers.flatMap(({ linesBelowComments }) => linesBelowComments.map(({ start, next }) => ({ start, end: next, text: '' }))),
	];
}

function replaceValue(text: string, { name, hasColon, range, value: { start, end } }: RequestHeader, value: string): TextReplacement {
	if (!hasColon) {
		const nameEnd = text.indexOf(name, range.start) + name.length;
		return { start: nameEnd, end: start === end ? nameEnd : end, text: `: ${value}` };
	}
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
function createArgumentEdits(text: string, request: CurlRequest, value: string): TextReplacement[] {
	const { words } = request;
	const all = findHeaderArguments(text, words);
	const authorizationArguments = all.filter(({ authorization }) => authorization !== '');
	const keptArgument = authorizationArguments.find(({ option }) => option === '-H') ?? authorizationArguments[0];
	const remainingOptions = all.filter((one) => one === keptArgument || one.authorization === '').map(({ option }) => option);
	const option = remainingOptions.includes('--header') && !remainingOptions.includes('-H') ? '--header' : '-H';
	if (!keptArgument) {
		const { end } = words[0]!;
		return [{ start: end, end, text: ` ${option} ${formatArgument('Authorization', value, '"', request)}` }];
	}
	const removals = authorizationArguments.filter((one) => one !== keptArgument).map((one) => removeArgument(text, one));
	return [replaceArgument(text, keptArgument, { option, value, request }), ...removals];
}

function replaceArgument(
	text: string,
	argument: HeaderArgument,
	{ option, value, request }: { readonly option: string; readonly value: string; readonly request: CurlRequest },
): TextReplacement {
	const header = formatArgument(argument.authorization, value, text.charAt(argument.value.start), request);
	if (argument.option === option) {
		const { start, end, isAttached } = argument.value;
		return { start, end, text: isAttached ? ` ${header}` : header };
	}
	const { start, end, flags } = argument;
	return { start, end, text: [flags, option, header].filter((part) => part !== '').join(' ') };
}

/** In a shell, no client replaces a reference, so the key comes from the environment of the token's terminal. */
function formatArgument(name: string, value: string, preferredQuote: string, { runner, shell }: CurlRequest): string {
	const isReference = runner === 'shell' && value.includes('{{');
	return isReference ? `"${name}: $${API_KEY_VARIABLE}"` : quoteArgument(`${name}: ${value}`, preferredQuote, shell);
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
