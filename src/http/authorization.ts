import { headerArguments, quoted, type HeaderArgument } from './curl';
import { textOf, type Line, type TextRange } from './lines';
import {
	isAuthorization,
	parseMarkdown,
	parseRequestFile,
	requestAt,
	requestInFile,
	type CurlRequest,
	type Header,
	type HttpRequest,
	type Request,
} from './requestFile';

/** A replacement of the UTF-16 offsets from `start` to before `end`. */
export interface TextEdit extends TextRange {
	readonly text: string;
}

/** Edits in order, none overlapping another and all against the text as it was; or why there are none, and what to do. */
export type Placement = { readonly edits: readonly TextEdit[] } | { readonly problem: string };

const NO_REQUEST = 'There is no request at the cursor. Put it into one, or first write a line such as GET https://example.com.';
const BROKER = 'Requests over MQTT and AMQP have no Authorization header.';

/** The header as a line of text, without line break. Control characters in `value` are left out, so that it stays one header. */
export function authorizationHeader(value: string): string {
	return `Authorization: ${oneLine(value)}`;
}

/**
 * Gives the request at the cursor an Authorization header of that value, in place of what it has.
 * There is nothing to edit where the request has it already.
 * @param text of a `.http` or `.rest` file
 * @param offset of the cursor in UTF-16 units; of several cursors, all: cursors that are in no request are passed over unless all are
 */
export function placeAuthorization(text: string, offset: number | readonly number[], value: string): Placement {
	return place(
		text,
		[offset].flat().map((one) => requestInFile(text, one)),
		value,
	);
}

/** As `placeAuthorization`, in a Markdown document; undefined where no cursor is in a fence of requests. */
export function placeAuthorizationInMarkdown(text: string, offset: number | readonly number[], value: string): Placement | undefined {
	const fences = parseMarkdown(text);
	const inFences = [offset].flat().flatMap((one) => {
		const fence = fences.find(({ range }) => range.start <= one && one <= range.end);
		return fence ? [requestAt(fence.requests, one)] : [];
	});
	return inFences.length > 0 ? place(text, inFences, value) : undefined;
}

/** As `placeAuthorization`, for every request of the file that has headers. */
export function placeAuthorizationEverywhere(text: string, value: string): Placement {
	return place(text, parseRequestFile(text).filter(hasHeaders), value);
}

/** As `placeAuthorizationEverywhere`, in the fences of a Markdown document. */
export function placeAuthorizationEverywhereInMarkdown(text: string, value: string): Placement {
	return place(
		text,
		parseMarkdown(text).flatMap(({ requests }) => requests.filter(hasHeaders)),
		value,
	);
}

/** Whether the request has an Authorization header; one to a message broker never has. */
export function hasAuthorization(text: string, request: Request): boolean {
	switch (request.kind) {
		case 'http':
			return request.headers.some(({ name }) => isAuthorization(name));
		case 'curl':
			return headerArguments(text, request.words).some(({ authorization }) => authorization !== '');
		case 'broker':
			return false;
	}
}

/** What `placeAuthorization` does, for a request found before in the same text. */
export function authorizationEdits(text: string, request: Request, value: string): Placement {
	switch (request.kind) {
		case 'http':
			return { edits: inOrder(text, headerEdits(text, request, oneLine(value))) };
		case 'curl':
			return { edits: inOrder(text, argumentEdits(text, request, oneLine(value))) };
		case 'broker':
			return { problem: BROKER };
	}
}

function place(text: string, found: readonly (Request | undefined)[], value: string): Placement {
	const requests = new Map(found.flatMap((one) => (one ? [[one.requestLine.start, one] as const] : [])));
	if (requests.size === 0) {
		return { problem: NO_REQUEST };
	}
	const placements = [...requests.values()].map((request) => authorizationEdits(text, request, value));
	const refusal = placements.find((one) => 'problem' in one);
	return refusal ?? { edits: placements.flatMap((one) => ('edits' in one ? one.edits : [])).sort((one, other) => one.start - other.start) };
}

function hasHeaders({ kind }: Request): boolean {
	return kind !== 'broker';
}

/**
 * One header is kept where both clients send it, or else goes right below the URL. All others are taken out: REST
 * Client would join them into one value, and httpYac would send each.
 */
function headerEdits(text: string, request: HttpRequest, value: string): TextEdit[] {
	const above = request.continuations.at(-1) ?? request.requestLine;
	const headers = request.headers.filter(({ name }) => isAuthorization(name));
	const isSentByBoth = ({ start }: TextRange) => start < request.httpYacHeadersEnd;
	const kept = headers.find(({ range }) => isSentByBoth(range)) ?? (isSentByBoth(above) ? undefined : headers[0]);
	return [
		kept ? replaceValue(text, kept, value) : insertBelow(text, above, request.indent + authorizationHeader(value)),
		...headers.filter((header) => header !== kept).map(({ range }) => ({ ...range, text: '' })),
	];
}

function replaceValue(text: string, { value: { start, end } }: Header, value: string): TextEdit {
	return { start, end, text: text.charAt(start - 1) === ':' ? ` ${value}` : value };
}

/** With the line break of the line above, and in a last line without one with that of the line before it. */
function insertBelow(text: string, { start, end, next }: Line, line: string): TextEdit {
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
function argumentEdits(text: string, { words }: CurlRequest, value: string): TextEdit[] {
	const all = headerArguments(text, words);
	const found = all.filter(({ authorization }) => authorization !== '');
	const kept = found.find(({ option }) => option === '-H') ?? found[0];
	const staying = all.filter((one) => one === kept || one.authorization === '').map(({ option }) => option);
	const option = staying.includes('--header') && !staying.includes('-H') ? '--header' : '-H';
	if (!kept) {
		const { end } = words[0]!;
		return [{ start: end, end, text: ` ${option} ${quoted(authorizationHeader(value), '"')}` }];
	}
	const removals = found.filter((one) => one !== kept).map((one) => removeArgument(text, one));
	return [replaceArgument(text, kept, option, value), ...removals];
}

function replaceArgument(text: string, kept: HeaderArgument, option: string, value: string): TextEdit {
	const header = quoted(`${kept.authorization}: ${value}`, text.charAt(kept.value.start));
	if (kept.option === option) {
		const { start, end, isAttached } = kept.value;
		return { start, end, text: isAttached ? ` ${header}` : header };
	}
	const { start, end, flags } = kept;
	return { start, end, text: [flags, option, header].filter((part) => part !== '').join(' ') };
}

/** Takes out the white space and continuations before it as well, unless a comment stands among them. */
function removeArgument(text: string, { start, end, previousEnd, flags }: HeaderArgument): TextEdit {
	const hasComment = /[#/]/.test(text.slice(previousEnd, start));
	return { start: hasComment || flags !== '' ? start : previousEnd, end, text: flags };
}

function inOrder(text: string, edits: readonly TextEdit[]): TextEdit[] {
	return edits.filter((edit) => textOf(text, edit) !== edit.text).sort((a, b) => a.start - b.start);
}

function oneLine(value: string): string {
	return value.replace(/\p{Cc}/gu, '').trim();
}
