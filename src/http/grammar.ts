import { isBlank, isIndented, textOf, trimmed, type Line } from './lines';

/*
 * The lines of a request file, as REST Client and httpYac read them. Where the two differ, the choice is the one under
 * which either client sends what is inserted, or else the one of the client in which the file works at all.
 *
 * Expressions are sticky, never leave their line and need linear time, whatever they meet.
 */

/** White space within a line. */
const GAP = '[^\\S\\r\\n]';
const END_OF_LINE = `${GAP}*(?=[\\r\\n]|$)`;

/** The words after which httpYac opens a request, with or without a separator. */
const METHOD = `(?:${[
	'GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|CHECKOUT|CHECKIN',
	'REPORT|MERGE|MKACTIVITY|MKWORKSPACE|VERSION-CONTROL|BASELINE-CONTROL|MKCALENDAR|ACL|SEARCH',
	'GRAPHQL|GRPC|WEBSOCKET|WSS?|EVENTSOURCE|SSE|MQTTS?|AMQP',
].join('|')})`;

/** What looks like a URL: a scheme, a variable, a path, a host that has a port or several labels. */
const SCHEME_OR_VARIABLE = '(?:[A-Za-z][\\w+.-]*:\\/\\/|\\{\\{[^{}\\r\\n]+\\}\\})';
const HOST = 'localhost\\b|[\\w-]+(?:\\.[\\w-]+)*:\\d|[\\w-]+(?:\\.[\\w-]+)+(?=[/?:#\\s]|$)|\\[[\\da-fA-F:]+\\]';
const URL = `(?:${SCHEME_OR_VARIABLE}|\\/(?![/*])|${HOST})`;
const VERSION = `(?:${GAP}+HTTP\\/\\S+)?`;

const METHOD_LINE = sticky(`${METHOD}${GAP}+${URL}`);
const REQUEST_LINES = [
	sticky(`${METHOD}${GAP}+\\S`),
	// REST Client takes a method in any case, but prose starts with such words too.
	sticky(`${METHOD}${GAP}+${URL}`, 'i'),
	sticky(`[A-Z][A-Z-]*${GAP}+${URL}\\S*${VERSION}${END_OF_LINE}`),
	sticky(SCHEME_OR_VARIABLE),
	sticky(`${URL}\\S*${VERSION}${END_OF_LINE}`),
];
const BROKER_LINE = sticky(`MQTTS?${GAP}|AMQP${GAP}|mqtts?:\\/\\/|amqps?:\\/\\/`, 'i');
const CURL = sticky('curl(?:\\.exe)?(?=\\s|$)', 'i');

const HEADER_NAME = sticky(`([!#$%&'*+\\-.^\`|~\\w]+)${GAP}*:`);
const HTTPYAC_HEADERS = [
	HEADER_NAME,
	sticky(`\\/\\/|#${GAP}`),
	// Headers held in a variable: `...name`.
	sticky(`\\.{3}\\S+${END_OF_LINE}`),
	sticky(`[?&](?:[^(=?&)\\r\\n]+=|\\{\\{[^\\r\\n]*\\}\\}${END_OF_LINE})`),
];

const SCHEME = /^[A-Za-z]+$/;
/** A name and a colon would be a header, but for the key of a token. */
const CREDENTIALS = /^(?:\{\{[^{}]*\}\}|[\w.~+/=-]+|SU-[\d-]+:\S+)$/;
const SCHEME_AND_CREDENTIALS = /^[A-Za-z]+ (?:\{\{[^{}]*\}\}|[\w.~+/=-]+|SU-[\d-]+:\S+)$/;

/** Scripts and files that run before or after the request, and variables. */
const BEFORE_REQUEST = sticky(`@|[<>]${GAP}+\\S`);
const FORCE_SEPARATOR = sticky(`(?:#+|\\/{2,})${GAP}+@(?:forceRegionDelimiter|force-region-delimiter)(?=\\s|$)`);

/** What opens and what closes scripts and comments of several lines. */
const MULTI_LINE: readonly (readonly [opening: RegExp, closing: RegExp])[] = [
	[
		sticky(`\\{\\{(?:@js${GAP}+)?[+@]?(?:request|streaming|response|after|responseLogging)?${END_OF_LINE}`, 'i'),
		sticky(`\\}\\}${END_OF_LINE}`),
	],
	[sticky(`[<>]${GAP}+\\{%${END_OF_LINE}`), sticky(`%\\}${END_OF_LINE}`)],
	[sticky(`\\/\\*${END_OF_LINE}`), sticky(`\\*\\/${END_OF_LINE}`)],
];
export const multiLineKinds = MULTI_LINE.map((_, kind) => kind);

/** Three or more `#`. Only httpYac lets them be indented; REST Client would read one request with a comment in it. */
export function isSeparator(text: string, line: Line): boolean {
	return text.startsWith('###', line.content);
}

export function isComment(text: string, line: Line): boolean {
	return text.startsWith('#', line.content) || text.startsWith('//', line.content);
}

/** A line that may stand above the request line, apart from blocks of several lines. */
export function isBeforeRequest(text: string, line: Line): boolean {
	return isBlank(line) || isComment(text, line) || matches(BEFORE_REQUEST, text, line.content);
}

export function opensMultiLine(kind: number, text: string, line: Line): boolean {
	return matches(MULTI_LINE[kind]![0], text, line.content);
}

export function closesMultiLine(kind: number, text: string, line: Line): boolean {
	return matches(MULTI_LINE[kind]![1], text, line.content);
}

/** httpYac's `# @forceRegionDelimiter`: the body of this request ends at `###` and nowhere else. */
export function forcesSeparator(text: string, line: Line): boolean {
	return matches(FORCE_SEPARATOR, text, line.content);
}

/** Whether the first request of a block may start in this line. */
export function isRequestLine(text: string, line: Line): boolean {
	return REQUEST_LINES.some((form) => matches(form, text, line.content));
}

/**
 * Whether a further request starts at `offset`, the first character of a line, although no separator stands above.
 * httpYac sends it as one. REST Client has it in the body or headers of the request above, which nobody intends; still,
 * httpYac would take any text after a method, and what does not look like a URL is left to the body.
 */
export function isMethodLine(text: string, offset: number): boolean {
	return matches(METHOD_LINE, text, offset);
}

/** Whether the request goes to a message broker, whose protocol has no Authorization header. */
export function isBrokerLine(text: string, line: Line): boolean {
	return matches(BROKER_LINE, text, line.content);
}

/** Where the word `curl` ends that stands at `offset`; undefined where no cURL command starts. */
export function curlEnd(text: string, offset: number): number | undefined {
	return matches(CURL, text, offset) ? CURL.lastIndex : undefined;
}

/**
 * Whether the line goes on with the URL above: `?…` and `&…`, and httpYac's `/…`, which JetBrains indents.
 * `??` is an assertion. httpYac wants a `=` in every query part, but RQL has parts without, and REST Client sends them.
 */
export function isContinuation(text: string, line: Line): boolean {
	return (
		text.startsWith('&', line.content) || (text.startsWith('?', line.content) && !text.startsWith('??', line.content)) || isPath(text, line)
	);
}

/** Whether httpYac is still among the headers after this line; any other line starts the body for it. */
export function isHeaderForHttpYac(text: string, line: Line): boolean {
	return HTTPYAC_HEADERS.some((form) => matches(form, text, line.content)) || isPath(text, line);
}

/** The name of the header in this line and the offset after its colon; undefined where there is none. */
export function headerIn(text: string, line: Line): { readonly name: string; readonly afterColon: number } | undefined {
	HEADER_NAME.lastIndex = line.content;
	const name = isComment(text, line) ? undefined : HEADER_NAME.exec(text)?.[1];
	return name === undefined ? undefined : { name, afterColon: HEADER_NAME.lastIndex };
}

/**
 * Whether an Authorization header goes on in `line` as JetBrains folds it: indented, below a value that lacks its
 * credentials. Any other indented line is a header of its own, or the body, for the clients of this editor.
 */
export function isFolded(text: string, value: string, line: Line): boolean {
	const form = value === '' ? SCHEME_AND_CREDENTIALS : SCHEME.test(value) ? CREDENTIALS : undefined;
	const isOther = !isIndented(line) || isComment(text, line) || isContinuation(text, line);
	return form !== undefined && !isOther && form.test(textOf(text, trimmed(text, line)));
}

function isPath(text: string, line: Line): boolean {
	return (
		text.startsWith('/', line.content) &&
		!text.startsWith('//', line.content) &&
		!textOf(text, { start: line.content, end: line.end }).includes('*')
	);
}

function sticky(source: string, flags = ''): RegExp {
	return new RegExp(source, `y${flags}`);
}

function matches(form: RegExp, text: string, offset: number): boolean {
	form.lastIndex = offset;
	return form.test(text);
}
