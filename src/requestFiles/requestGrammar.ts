import { isBlank, isIndented, sliceRange, trimRange, type Line } from './lines';

/*
 * The lines of a request file, as REST Client and httpYac read them. Where the two differ, the choice is the one under
 * which either client sends what is inserted, or else the one of the client in which the file works at all.
 *
 * Expressions are sticky, never leave their line and need linear time, whatever they meet.
 */

/** White space within a line. */
const INLINE_SPACE = '[^\\S\\r\\n]';
const END_OF_LINE = `${INLINE_SPACE}*(?=[\\r\\n]|$)`;

/** The words after which httpYac opens a request, with or without a separator. */
const METHOD_PATTERN = `(?:${[
	'GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|CHECKOUT|CHECKIN',
	'REPORT|MERGE|MKACTIVITY|MKWORKSPACE|VERSION-CONTROL|BASELINE-CONTROL|MKCALENDAR|ACL|SEARCH',
	'GRAPHQL|GRPC|WEBSOCKET|WSS?|EVENTSOURCE|SSE|MQTTS?|AMQP',
].join('|')})`;

/** What looks like a URL: a scheme, a variable, a path, a host that has a port or several labels. */
const SCHEME_OR_VARIABLE = '(?:[A-Za-z][\\w+.-]*:\\/\\/|\\{\\{[^{}\\r\\n]+\\}\\})';
const HOST_PATTERN = 'localhost\\b|[\\w-]+(?:\\.[\\w-]+)*:\\d|[\\w-]+(?:\\.[\\w-]+)+(?=[/?:#\\s]|$)|\\[[\\da-fA-F:]+\\]';
const URL_PATTERN = `(?:${SCHEME_OR_VARIABLE}|\\/(?![/*])|${HOST_PATTERN})`;
const HTTP_VERSION_PATTERN = `(?:${INLINE_SPACE}+HTTP\\/\\S+)?`;

const METHOD_LINE_PATTERN = sticky(`${METHOD_PATTERN}${INLINE_SPACE}+${URL_PATTERN}`);
const REQUEST_LINE_PATTERNS = [
	sticky(`${METHOD_PATTERN}${INLINE_SPACE}+\\S`),
	// REST Client takes a method in any case, but prose starts with such words too.
	sticky(`${METHOD_PATTERN}${INLINE_SPACE}+${URL_PATTERN}`, 'i'),
	sticky(`[A-Z][A-Z-]*${INLINE_SPACE}+${URL_PATTERN}\\S*${HTTP_VERSION_PATTERN}${END_OF_LINE}`),
	sticky(SCHEME_OR_VARIABLE),
	sticky(`${URL_PATTERN}\\S*${HTTP_VERSION_PATTERN}${END_OF_LINE}`),
];
const BROKER_LINE_PATTERN = sticky(`MQTTS?${INLINE_SPACE}|AMQP${INLINE_SPACE}|mqtts?:\\/\\/|amqps?:\\/\\/`, 'i');
const CURL_PATTERN = sticky('curl(?:\\.exe)?(?=\\s|$)', 'i');

const HEADER_NAME_PATTERN = sticky(`([!#$%&'*+\\-.^\`|~\\w]+)${INLINE_SPACE}*:`);
const HTTPYAC_HEADER_PATTERNS = [
	HEADER_NAME_PATTERN,
	sticky(`\\/\\/|#${INLINE_SPACE}`),
	// Headers held in a variable: `...name`.
	sticky(`\\.{3}\\S+${END_OF_LINE}`),
	sticky(`[?&](?:[^(=?&)\\r\\n]+=|\\{\\{[^\\r\\n]*\\}\\}${END_OF_LINE})`),
];

const SCHEME_PATTERN = /^[A-Za-z]+$/;
/** A name and a colon would be a header, but for the key of a token. */
const CREDENTIALS_PATTERN = /^(?:\{\{[^{}]*\}\}|[\w.~+/=-]+|SU-[\d-]+:\S+)$/;
const SCHEME_AND_CREDENTIALS_PATTERN = /^[A-Za-z]+ (?:\{\{[^{}]*\}\}|[\w.~+/=-]+|SU-[\d-]+:\S+)$/;

/** Scripts and files that run before or after the request, and variables. */
const BEFORE_REQUEST_PATTERN = sticky(`@|[<>]${INLINE_SPACE}+\\S`);
const FORCE_SEPARATOR_PATTERN = sticky(`(?:#+|\\/{2,})${INLINE_SPACE}+@(?:forceRegionDelimiter|force-region-delimiter)(?=\\s|$)`);

/** What opens and what closes scripts and comments of several lines. */
const MULTI_LINE_BLOCK_PATTERNS: readonly (readonly [opening: RegExp, closing: RegExp])[] = [
	[
		sticky(`\\{\\{(?:@js${INLINE_SPACE}+)?[+@]?(?:request|streaming|response|after|responseLogging)?${END_OF_LINE}`, 'i'),
		sticky(`\\}\\}${END_OF_LINE}`),
	],
	[sticky(`[<>]${INLINE_SPACE}+\\{%${END_OF_LINE}`), sticky(`%\\}${END_OF_LINE}`)],
	[sticky(`\\/\\*${END_OF_LINE}`), sticky(`\\*\\/${END_OF_LINE}`)],
];
export const MULTI_LINE_BLOCK_KINDS = MULTI_LINE_BLOCK_PATTERNS.map((_, kind) => kind);

/** Three or more `#`. Only httpYac lets them be indented; REST Client would read one request with a comment in it. */
export function isSeparator(text: string, line: Line): boolean {
	return text.startsWith('###', line.content);
}

export function isComment(text: string, line: Line): boolean {
	return text.startsWith('#', line.content) || text.startsWith('//', line.content);
}

/** A line that may stand above the request line, apart from blocks of several lines. */
export function canPrecedeRequest(text: string, line: Line): boolean {
	return isBlank(line) || isComment(text, line) || matches(BEFORE_REQUEST_PATTERN, text, line.content);
}

export function opensMultiLineBlock(kind: number, text: string, line: Line): boolean {
	return matches(MULTI_LINE_BLOCK_PATTERNS[kind]![0], text, line.content);
}

export function closesMultiLineBlock(kind: number, text: string, line: Line): boolean {
	return matches(MULTI_LINE_BLOCK_PATTERNS[kind]![1], text, line.content);
}

/** httpYac's `# @forceRegionDelimiter`: the body of this request ends at `###` and nowhere else. */
export function forcesSeparator(text: string, line: Line): boolean {
	return matches(FORCE_SEPARATOR_PATTERN, text, line.content);
}

/** Whether the first request of a block may start in this line. */
export function isRequestLine(text: string, line: Line): boolean {
	return REQUEST_LINE_PATTERNS.some((form) => matches(form, text, line.content));
}

/**
 * Whether a further request starts at `offset`, the first character of a line, although no separator stands above.
 * httpYac sends it as one. REST Client has it in the body or headers of the request above, which nobody intends; still,
 * httpYac would take any text after a method, and what does not look like a URL is left to the body.
 */
export function isMethodLine(text: string, offset: number): boolean {
	return matches(METHOD_LINE_PATTERN, text, offset);
}

/** Whether the request goes to a message broker, whose protocol has no Authorization header. */
export function isBrokerLine(text: string, line: Line): boolean {
	return matches(BROKER_LINE_PATTERN, text, line.content);
}

/** Where the word `curl` ends that stands at `offset`; undefined where no cURL command starts. */
export function findCurlEnd(text: string, offset: number): number | undefined {
	return matches(CURL_PATTERN, text, offset) ? CURL_PATTERN.lastIndex : undefined;
}

/**
 * Whether the line goes on with the URL above: `?…` and `&…`, and httpYac's `/…`, which JetBrains indents.
 * `??` is an assertion. httpYac wants a `=` in every query part, but RQL has parts without, and REST Client sends them.
 */
export function isContinuation(text: string, line: Line): boolean {
	return (
		text.startsWith('&', line.content) ||
		(text.startsWith('?', line.content) && !text.startsWith('??', line.content)) ||
		isPathContinuation(text, line)
	);
}

/** Whether httpYac is still among the headers after this line; any other line starts the body for it. */
export function isHeaderForHttpYac(text: string, line: Line): boolean {
	return HTTPYAC_HEADER_PATTERNS.some((form) => matches(form, text, line.content)) || isPathContinuation(text, line);
}

/** The name of the header in this line and the offset after its colon; undefined where there is none. */
export function parseHeader(text: string, line: Line): { readonly name: string; readonly afterColon: number } | undefined {
	HEADER_NAME_PATTERN.lastIndex = line.content;
	const name = isComment(text, line) ? undefined : HEADER_NAME_PATTERN.exec(text)?.[1];
	return name === undefined ? undefined : { name, afterColon: HEADER_NAME_PATTERN.lastIndex };
}

/**
 * Whether an Authorization header goes on in `line` as JetBrains folds it: indented, below a value that lacks its
 * credentials. Any other indented line is a header of its own, or the body, for the clients of this editor.
 */
export function isFoldedAuthorization(text: string, value: string, line: Line): boolean {
	const pattern = value === '' ? SCHEME_AND_CREDENTIALS_PATTERN : SCHEME_PATTERN.test(value) ? CREDENTIALS_PATTERN : undefined;
	const isOther = !isIndented(line) || isComment(text, line) || isContinuation(text, line);
	return pattern !== undefined && !isOther && pattern.test(sliceRange(text, trimRange(text, line)));
}

function isPathContinuation(text: string, line: Line): boolean {
	return (
		text.startsWith('/', line.content) &&
		!text.startsWith('//', line.content) &&
		!sliceRange(text, { start: line.content, end: line.end }).includes('*')
	);
}

function sticky(source: string, flags = ''): RegExp {
	return new RegExp(source, `y${flags}`);
}

function matches(form: RegExp, text: string, offset: number): boolean {
	form.lastIndex = offset;
	return form.test(text);
}
