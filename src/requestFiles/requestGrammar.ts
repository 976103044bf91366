import { isBlank, isIndented, sliceRange, type Line } from './lines';

/*
 * Classifies the lines of a request file the way REST Client and httpYac do. Where they differ, the rule is one that makes both clients
 * send an inserted header or, if only one of them supports the file, that client's rule.
 *
 * All patterns are sticky, match within a line, and take linear time.
 */

/** White space within a line. */
const INLINE_SPACE = '[^\\S\\r\\n]';
const END_OF_LINE = `${INLINE_SPACE}*(?=[\\r\\n]|$)`;

/** Methods that start a request in httpYac, with or without a separator. */
const METHOD_PATTERN = `(?:${[
	'GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|CHECKOUT|CHECKIN',
	'REPORT|MERGE|MKACTIVITY|MKWORKSPACE|VERSION-CONTROL|BASELINE-CONTROL|MKCALENDAR|ACL|SEARCH',
	'GRAPHQL|GRPC|WEBSOCKET|WSS?|EVENTSOURCE|SSE|MQTTS?|AMQP',
].join('|')})`;

/** What looks like a URL: a scheme, a variable, a path, or a host that has a port or several labels. HTTP's scheme needs no slashes. */
const SCHEME_OR_VARIABLE = '(?:[A-Za-z][\\w+.-]*:\\/\\/|[Hh][Tt][Tt][Pp][Ss]?:(?=\\S)|\\{\\{[^{}\\r\\n]+\\}\\})';
const HOST_PATTERN = 'localhost\\b|[\\w-]+(?:\\.[\\w-]+)*:\\d|[\\w-]+(?:\\.[\\w-]+)+(?=[/?:#\\s]|$)|\\[[\\da-fA-F:]+\\]';
const URL_PATTERN = `(?:${SCHEME_OR_VARIABLE}|\\/(?![/*])|${HOST_PATTERN})`;
const HTTP_VERSION_PATTERN = `(?:${INLINE_SPACE}+HTTP\\/\\S+)?`;

const METHOD_LINE_PATTERN = sticky(`${METHOD_PATTERN}${INLINE_SPACE}+${URL_PATTERN}`);
const REQUEST_LINE_PATTERNS = [
	sticky(`${METHOD_PATTERN}${INLINE_SPACE}+\\S`),
	// REST Client accepts methods in any case, but prose may start with these words, too.
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
	// Headers from a variable: `...name`.
	sticky(`\\.{3}\\S+${END_OF_LINE}`),
	sticky(`[?&](?:[^(=?&)\\r\\n]+=|\\{\\{[^\\r\\n]*\\}\\}${END_OF_LINE})`),
];

/** Line of an Authorization header whose colon isn't typed yet, possibly with a value that starts with a common scheme. */
const AUTHORIZATION_WITHOUT_COLON_PATTERN = sticky(
	`authorization(?=${END_OF_LINE}|${INLINE_SPACE}+(?:ApiKey|Basic|Bearer|Digest|Token|OAuth|NTLM|Negotiate|AWS4-HMAC-SHA256)(?:\\s|$))`,
	'i',
);

/** Scripts and files that run before or after the request, and variables. */
const BEFORE_REQUEST_PATTERN = sticky(`@|[<>]${INLINE_SPACE}+\\S`);
const REST_CLIENT_DEFINITION_PATTERN = sticky(`@[^\\s=]+${INLINE_SPACE}*=`);
const FORCE_SEPARATOR_PATTERN = sticky(`(?:#+|\\/{2,})${INLINE_SPACE}+@(?:forceRegionDelimiter|force-region-delimiter)(?=\\s|$)`);

/** Opening and closing lines of multi-line scripts and comments. */
const MULTI_LINE_BLOCK_PATTERNS: readonly (readonly [opening: RegExp, closing: RegExp])[] = [
	[
		sticky(`\\{\\{(?:@js${INLINE_SPACE}+)?[+@]?(?:request|streaming|response|after|responseLogging)?${END_OF_LINE}`, 'i'),
		sticky(`\\}\\}${END_OF_LINE}`),
	],
	[sticky(`[<>]${INLINE_SPACE}+\\{%${END_OF_LINE}`), sticky(`%\\}${END_OF_LINE}`)],
	[sticky(`\\/\\*${END_OF_LINE}`), sticky(`\\*\\/${END_OF_LINE}`)],
];
export const MULTI_LINE_BLOCK_KINDS = MULTI_LINE_BLOCK_PATTERNS.map((_, kind) => kind);

/** Returns whether multi-line blocks of this kind are comments; all others are scripts. */
export function isCommentKind(kind: number): boolean {
	return kind === MULTI_LINE_BLOCK_PATTERNS.length - 1;
}

/** Three or more `#`. Only httpYac allows indented separators; to REST Client they're comments. */
export function isSeparator(text: string, line: Line): boolean {
	return text.startsWith('###', line.content);
}

export function isComment(text: string, line: Line): boolean {
	return text.startsWith('#', line.content) || text.startsWith('//', line.content);
}

/** Returns whether the line can precede the request line. Multi-line blocks can, too. */
export function canPrecedeRequest(text: string, line: Line): boolean {
	return isBlank(line) || isComment(text, line) || matches(BEFORE_REQUEST_PATTERN, text, line.content);
}

export function opensMultiLineBlock(kind: number, text: string, line: Line): boolean {
	return matches(MULTI_LINE_BLOCK_PATTERNS[kind]![0], text, line.content);
}

export function closesMultiLineBlock(kind: number, text: string, line: Line): boolean {
	return matches(MULTI_LINE_BLOCK_PATTERNS[kind]![1], text, line.content);
}

/** httpYac's `# @forceRegionDelimiter`: the request's body ends only at `###`. */
export function forcesSeparator(text: string, line: Line): boolean {
	return matches(FORCE_SEPARATOR_PATTERN, text, line.content);
}

/** Returns whether the line can start a block's first request. */
export function isRequestLine(text: string, line: Line): boolean {
	return REQUEST_LINE_PATTERNS.some((form) => matches(form, text, line.content));
}

/**
 * Returns whether a line, whose first character is at `offset`, starts another request without a separator before it. httpYac sends such
 * requests. REST Client treats them as part of the request above, which is never intended. httpYac accepts any text after the method, but
 * here it must look like a URL, because otherwise it's probably part of a body.
 */
export function isMethodLine(text: string, offset: number): boolean {
	return matches(METHOD_LINE_PATTERN, text, offset);
}

/** Returns whether the request is sent to a message broker, whose protocol has no Authorization header. */
export function isBrokerLine(text: string, line: Line): boolean {
	return matches(BROKER_LINE_PATTERN, text, line.content);
}

/** Returns the end of the word `curl` at `offset`; undefined if no cURL command starts there. */
export function findCurlEnd(text: string, offset: number): number | undefined {
	return matches(CURL_PATTERN, text, offset) ? CURL_PATTERN.lastIndex : undefined;
}

/**
 * Returns whether the line continues the URL above: `?…`, `&…`, and httpYac's `/…`, which JetBrains indents. `??` is an assertion. httpYac
 * requires `=` in each query part, but RQL has parts without it, and REST Client sends those.
 */
export function isContinuation(text: string, line: Line): boolean {
	return (
		text.startsWith('&', line.content) ||
		(text.startsWith('?', line.content) && !text.startsWith('??', line.content)) ||
		isPathContinuation(text, line)
	);
}

/** Returns whether httpYac treats the line as part of the headers. Any other line starts the body. */
export function isHeaderForHttpYac(text: string, line: Line): boolean {
	return HTTPYAC_HEADER_PATTERNS.some((form) => matches(form, text, line.content)) || isPathContinuation(text, line);
}

/** A header's name, and the offset where its value can start. */
interface HeaderName {
	readonly name: string;
	readonly valueStart: number;
}

/** Parses a header's name, up to its colon; undefined if the line isn't a header. */
export function parseHeader(text: string, line: Line): HeaderName | undefined {
	HEADER_NAME_PATTERN.lastIndex = line.content;
	const name = isComment(text, line) ? undefined : HEADER_NAME_PATTERN.exec(text)?.[1];
	return name === undefined ? undefined : { name, valueStart: HEADER_NAME_PATTERN.lastIndex };
}

/**
 * Parses the name in a line that's an Authorization header without its colon. To REST Client, that's a header with an empty value, and to
 * httpYac the start of the body.
 */
export function parseAuthorizationWithoutColon(text: string, line: Line): HeaderName | undefined {
	if (!matches(AUTHORIZATION_WITHOUT_COLON_PATTERN, text, line.content)) {
		return undefined;
	}
	const valueStart = AUTHORIZATION_WITHOUT_COLON_PATTERN.lastIndex;
	return { name: text.slice(line.content, valueStart), valueStart };
}

/** Returns whether the line continues the URL's path, which REST Client doesn't support. */
export function isPathContinuation(text: string, line: Line): boolean {
	return (
		text.startsWith('/', line.content) &&
		!text.startsWith('//', line.content) &&
		!sliceRange(text, { start: line.content, end: line.end }).includes('*')
	);
}

/** Returns whether the line separates requests in REST Client, too. */
export function isRestClientSeparator(text: string, line: Line): boolean {
	return !isIndented(line) && isSeparator(text, line);
}

/** Returns whether REST Client ignores the line above a request line. It supports fewer kinds of lines there than httpYac. */
export function canPrecedeInRestClient(text: string, line: Line): boolean {
	return isBlank(line) || isComment(text, line) || matches(REST_CLIENT_DEFINITION_PATTERN, text, line.content);
}

function sticky(source: string, flags = ''): RegExp {
	return new RegExp(source, `y${flags}`);
}

function matches(form: RegExp, text: string, offset: number): boolean {
	form.lastIndex = offset;
	return form.test(text);
}
