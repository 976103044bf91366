import { parseCurlCommands } from './curlCommand';
import { hasKnownAuthority, hasUnknownText, listDestinations, toAbsoluteUrl, type Destination } from './destinations';
import { VariableValues, type VariableDefinition } from './fileVariables';

const LINE_BREAKS = /\r\n|\r|\n/;
const DEFINITION_PATTERN = /^@([^\s=]+)\s*=\s*(.*)$/;
/** Comments that make a name stand for something else: the response of a request, or what the user enters. */
const NAMING_COMMENT_PATTERN = /^(?:#+|\/{2,})\s*@(?:name|prompt)\s+(\S+)/;

const METHOD_PATTERN =
	/^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE|LOCK|UNLOCK|PROPFIND|PROPPATCH|COPY|MOVE|MKCOL|MKCALENDAR|ACL|SEARCH)\s+/i;
const VERSION_PATTERN = /\s+HTTP\/.*$/i;
const QUERY_LINE_PATTERN = /^\s*[?&]/;
const CURL_PATTERN = /^\s*curl/i;

/** Options of cURL whose value is in the next word and never the URL. All other words could be the URL. */
const CURL_DATA_OPTION_PATTERN =
	/^(?:-[A-Za-z]*[HdXubAeFo]|--(?:header|data|data-ascii|data-binary|data-raw|data-urlencode|request|user|cookie|user-agent|referer|form|output))$/;

/** Characters that it encodes before it parses a URL, in particular backslashes, which separate a host from a path otherwise. */
// eslint-disable-next-line no-control-regex -- it encodes these, too
const ENCODED_CHARACTERS = /[\u0000-\u0020"<>\\^`|\u007f]/g;

/** Longer requests, in UTF-16 units without their body, aren't resolved. */
const MAX_LENGTH = 10_000;

/** Finds out where REST Client sends requests. It replaces variables in the text of a request before it parses it. */
export class RestClientDestinations {
	readonly #values: VariableValues;

	/** @param lines all lines of the document: REST Client finds definitions even in comments' text and in bodies */
	constructor(lines: readonly string[]) {
		const trimmedLines = lines.map((line) => line.trim());
		const otherNames = new Set(trimmedLines.map((line) => NAMING_COMMENT_PATTERN.exec(line)?.[1]));
		this.#values = new VariableValues(
			trimmedLines
				.flatMap(parseDefinition)
				.filter(({ names: [name = ''] }) => !name.startsWith('$') && !otherNames.has(name.split('.')[0])),
		);
	}

	/**
	 * Returns where it sends a request.
	 * @param lines of the request, from the request line to the separator, without comments. Read only as far as necessary.
	 */
	list(lines: Iterable<string>): readonly Destination[] {
		let text = '';
		for (const line of lines) {
			const url = removeMethod(line.trim());
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
	const { commands } = parseCurlCommands(text, text.search(/\S/), text.length);
	return commands.flatMap(({ words }) =>
		words.slice(1).flatMap(({ value }, index) => {
			const isData = CURL_DATA_OPTION_PATTERN.test(words[index]!.value);
			return isData ? [] : listDestinations(encode(value.replace(/^-[^=]*=?/, '')));
		}),
	);
}

function encode(url: string): string {
	return url.replace(ENCODED_CHARACTERS, encodeURIComponent);
}
