import { linesOf, textOf } from './lines';
import type { HttpRequest } from './requestFile';

/** What a request is sent to. */
export interface RequestTarget {
	readonly method: string;
	/** Absolute, with the file's own variables filled in; `{{…}}` stands where the client alone knows the value. */
	readonly url: string;
}

/** Variables may be built from others; more than so many on top of each other are a circle. */
const DEPTH = 8;

/** What the lines `@name = value` of a file set, by name; the last of a name counts. */
export function fileVariables(text: string): ReadonlyMap<string, string> {
	const variables = new Map<string, string>();
	for (const line of linesOf(text, 0, text.length)) {
		if (text.charAt(line.content) === '@') {
			const [, name, value] = /^@([\w.-]+)\s*=\s*(.*?)\s*$/.exec(textOf(text, { start: line.content, end: line.end })) ?? [];
			if (name !== undefined) {
				variables.set(name, value!);
			}
		}
	}
	return variables;
}

/** Where a request goes; undefined unless that is an absolute URL over HTTP once the file's variables are filled in. */
export function requestTarget(text: string, request: HttpRequest, variables: ReadonlyMap<string, string>): RequestTarget | undefined {
	const [first, ...others] = [request.requestLine, ...request.continuations].map(({ content, end }) =>
		textOf(text, { start: content, end }).trim(),
	);
	const [, method = 'GET', start = ''] = /^(?:([A-Za-z][A-Za-z-]*)\s+)?(\S*?)(?:\s+HTTP\/\S+)?$/.exec(first!) ?? [];
	const url = filled([start, ...others].join(''), variables);
	return /^https?:\/\/[^/{}]+/i.test(url) ? { method: method.toUpperCase(), url } : undefined;
}

function filled(text: string, variables: ReadonlyMap<string, string>): string {
	let result = text;
	for (let depth = 0; depth < DEPTH && result.includes('{{'); depth++) {
		result = result.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (whole, name: string) => variables.get(name) ?? whole);
	}
	return result;
}
