import { splitLines, sliceRange } from './lines';
import type { HttpRequest } from './requestFileParser';

/** Where a request is sent. */
export interface RequestTarget {
	readonly method: string;
	/** Absolute, with file variables replaced. Other variables stay as `{{…}}`, because only the client knows their value. */
	readonly url: string;
}

/** A method, a URL whose variables can contain spaces, and an HTTP version. */
const REQUEST_LINE_PATTERN = /^(?:([A-Za-z][A-Za-z-]*)\s+)?((?:\{\{[^{}]*\}\}|(?!\{\{[^{}]*\}\})\S)*?)(?:\s+HTTP\/\S+)?$/;

/** Variables may use other variables. Deeper nesting is treated as a cycle. */
const MAX_VARIABLE_DEPTH = 8;

/** Parses a file's `@name = value` lines. If a name is defined several times, the last value is used. */
export function parseFileVariables(text: string): ReadonlyMap<string, string> {
	const variables = new Map<string, string>();
	for (const line of splitLines(text, 0, text.length)) {
		if (text.charAt(line.content) === '@') {
			const [, name, value] = /^@([\w.-]+)\s*=\s*(.*?)\s*$/.exec(sliceRange(text, { start: line.content, end: line.end })) ?? [];
			if (name !== undefined) {
				variables.set(name, value!);
			}
		}
	}
	return variables;
}

/** Resolves a request's URL; undefined unless it's an absolute HTTP URL after file variables are replaced. */
export function resolveRequestTarget(
	text: string,
	request: HttpRequest,
	variables: ReadonlyMap<string, string>,
): RequestTarget | undefined {
	const [first, ...others] = [request.requestLine, ...request.continuations].map(({ content, end }) =>
		sliceRange(text, { start: content, end }).trim(),
	);
	const [, method = 'GET', start = ''] = REQUEST_LINE_PATTERN.exec(first!) ?? [];
	const url = substituteVariables([start, ...others].join(''), variables);
	return /^https?:\/\/[^/{}]/i.test(url) ? { method: method.toUpperCase(), url } : undefined;
}

function substituteVariables(text: string, variables: ReadonlyMap<string, string>): string {
	let result = text;
	for (let depth = 0; depth < MAX_VARIABLE_DEPTH && result.includes('{{'); depth++) {
		result = result.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (whole, name: string) => variables.get(name) ?? whole);
	}
	return result;
}
