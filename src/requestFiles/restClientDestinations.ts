import { hasKnownAuthority, hasUnknownText, listDestinations, toAbsoluteUrl, type Destination } from './destinations';
import { VariableValues, type VariableDefinition } from './fileVariables';

const LINE_BREAKS = /\r\n|\r|\n/;
const DEFINITION_PATTERN = /^@([^\s=]+)\s*=\s*(.*)$/;
/** Comments that make a name stand for something else: the response of a request, or what the user enters. */
const NAMING_COMMENT_PATTERN = /^(?:#+|\/{2,})\s*@(?:name|prompt)\s+(\S+)/;

/** Names that aren't special in a regular expression, except for dots, and don't start with `%`, which encodes the value of another variable. */
const PLAIN_NAME_PATTERN = /^\$?[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*$/u;
/** Each is compared with all names. */
const MAX_NAMES_WITH_DOTS = 100;
/** Line breaks, which mean different things on each operating system, and what JavaScript replaces in a value that's inserted into another. */
const UNPREDICTABLE_VALUE_PATTERN = /[\r\n]|\$[$&`']/;

const METHOD_PATTERN =
	/^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE|LOCK|UNLOCK|PROPFIND|PROPPATCH|COPY|MOVE|MKCOL|MKCALENDAR|ACL|SEARCH)\s+/i;
const VERSION_PATTERN = /\s+HTTP\/.*$/i;
const QUERY_LINE_PATTERN = /^\s*[?&]/;
const CURL_PATTERN = /^\s*curl/i;

/** A method without a space before it, which REST Client inserts. */
const CURL_METHOD_PATTERN =
	/(-X)(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE|LOCK|UNLOCK|PROPFIND|PROPPATCH|COPY|MOVE|MKCOL|MKCALENDAR|ACL|SEARCH)/;
/** A word is text between spaces. A quote ends at the next one of its kind, even after a backslash. */
const CURL_WORD_PATTERN = /(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|[^ "'])+/g;
/** Options of cURL whose value is in the next word and never the URL. All other words could be the URL. */
const CURL_DATA_OPTION_PATTERN =
	/^(?:-[A-Za-z]*[HdXubAeFo]|--(?:header|data|data-ascii|data-binary|data-raw|data-urlencode|request|user|cookie|user-agent|referer|form|output))$/;

/** Characters that it encodes before it parses a URL, in particular backslashes, which separate a host from a path otherwise. */
// oxlint-disable-next-line no-control-regex -- it encodes these, too
const ENCODED_CHARACTERS = /[\u0000-\u0020"<>\\^`|\u007f]/g;

/** Longer requests, in UTF-16 units without their body, aren't resolved. */
const MAX_LENGTH = 10_000;

/** Finds out where REST Client sends requests. It replaces variables in the text of a request before it parses it. */
export class RestClientDestinations {
	readonly #values: VariableValues;

	/** @param lines all lines of the document: REST Client finds definitions even in comments' text and in bodies */
	constructor(lines: readonly string[]) {
		const trimmedLines = lines.map((line) => line.trim());
		const definitions = trimmedLines.flatMap(parseDefinition);
		const otherNames = new Set([
			...trimmedLines.map((line) => NAMING_COMMENT_PATTERN.exec(line)?.[1]),
			...definitions.flatMap(({ names, value }) => (UNPREDICTABLE_VALUE_PATTERN.test(value) ? names : [])),
		]);
		const isInEffect = ({ names: [name = ''] }: VariableDefinition) =>
			!name.startsWith('$') && !otherNames.has(name) && !otherNames.has(name.split('.')[0]);
		const isAmbiguous = hasAmbiguousNames(new Set(definitions.flatMap(({ names }) => names)));
		this.#values = new VariableValues(isAmbiguous ? [] : definitions.filter(isInEffect));
	}

	/**
	 * Returns where it sends a request.
	 * @param lines of the request, from the request line to the separator, without comments. Read only as far as necessary.
	 */
	list(lines: Iterable<string>): readonly Destination[] {
		let text = '';
		for (const line of lines) {
			const url = removeMethod(line.trim()).replace(VERSION_PATTERN, '');
			if (text === '' && hasKnownAuthority(url)) {
				return listDestinations(encode(url));
			}
			const expanded = this.#values.expand(line);
			if (expanded === undefined || text.length + expanded.length > MAX_LENGTH) {
				return [undefined];
			}
			text += `${expanded}\n`;
			if (line.trim() === '' && !CURL_PATTERN.test(text)) {
				break;
			}
		}
		return CURL_PATTERN.test(text) ? listCurlDestinations(text) : listRequestDestinations(text.split(LINE_BREAKS));
	}
}

function parseDefinition(line: string): readonly VariableDefinition[] {
	const [, name, value] = DEFINITION_PATTERN.exec(line) ?? [];
	return name === undefined ? [] : [{ names: [name], value: unescape(value!) }];
}

/** Returns whether a name could stand for another variable: REST Client treats names as regular expressions in the values of variables. */
function hasAmbiguousNames(names: ReadonlySet<string>): boolean {
	const all = [...names];
	const namesWithDots = all.filter((name) => name.includes('.'));
	if (namesWithDots.length > MAX_NAMES_WITH_DOTS || !all.every((name) => PLAIN_NAME_PATTERN.test(name))) {
		return true;
	}
	return namesWithDots.some((name) => {
		const pattern = new RegExp(`^${name}$`, 'u');
		return all.some((other) => other !== name && pattern.test(other));
	});
}

/** A backslash is removed, unless it's in front of a letter that stands for a line break or a tab. */
function unescape(value: string): string {
	const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
	return value.replace(/\\(.?)/gsu, (_, character: string) => escapes[character] ?? character);
}

function listRequestDestinations(lines: readonly string[]): readonly Destination[] {
	let urlLineCount = 1;
	while (urlLineCount < lines.length && QUERY_LINE_PATTERN.test(lines[urlLineCount]!)) {
		urlLineCount++;
	}
	const requestLine = lines
		.slice(0, urlLineCount)
		.map((line) => line.trim())
		.join('');
	const url = removeMethod(requestLine).replace(VERSION_PATTERN, '');
	const rest = lines.slice(urlLineCount);
	// The value of a placeholder could continue the URL.
	if (/^\s*\{\{/.test(rest[0] ?? '') && !hasKnownAuthority(url)) {
		return [undefined];
	}
	return url.startsWith('/') ? listHostDestinations(url, rest) : listDestinations(encode(url));
}

function removeMethod(requestLine: string): string {
	return requestLine.replace(METHOD_PATTERN, '').trim();
}

function listHostDestinations(path: string, lines: readonly string[]): readonly Destination[] {
	const end = lines.findIndex((line) => line.trim() === '');
	const headers = end < 0 ? lines : lines.slice(0, end);
	const hosts = headers.flatMap((line) => /^\s*host\s*:(.*)$/i.exec(line)?.[1]?.trim() ?? []);
	// Without the header, a setting can contain one.
	return hosts.length !== 1 || hasUnknownText(headers.join('\n')) ? [undefined] : listDestinations(encode(toAbsoluteUrl(hosts[0]!, path)));
}

/** Any of several words can be the URL, because what REST Client treats as an option's value depends on the other words. */
function listCurlDestinations(text: string): readonly Destination[] {
	if (hasUnknownText(text)) {
		return [undefined];
	}
	// It joins lines with the line break of the operating system. One character of white space doesn't separate words, but two do.
	return ['\n', '\r\n'].flatMap((lineBreak) => {
		const words = splitCurlWords(text.trim().replaceAll('\n', lineBreak));
		return words.slice(1).flatMap((word, index) => {
			const isData = CURL_DATA_OPTION_PATTERN.test(words[index]!) && !word.startsWith('-');
			const value = word.replace(/^-[^="']*=?/, '').replace(/^(["'])(.*)\1$/s, '$2');
			return isData ? [] : listDestinations(encode(value));
		});
	});
}

/** Returns the words with their quotes. Unlike in a shell, a backslash escapes only a line break. */
function splitCurlWords(text: string): readonly string[] {
	const line = text
		.replace(/\\[\r\n]/g, '')
		.replace(/\s{2,}/g, ' ')
		.replace(CURL_METHOD_PATTERN, '$1 $2');
	return line.match(CURL_WORD_PATTERN) ?? [];
}

function encode(url: string): string {
	return url.replace(ENCODED_CHARACTERS, encodeURIComponent);
}
