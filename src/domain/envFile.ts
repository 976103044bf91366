/** A variable of an `.env` file. */
export interface EnvVariable {
	readonly name: string;
	readonly value: string;
}

const NAME_PATTERN = /[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Parses the text of an `.env` file: `NAME=value`, optionally after `export`, with comments, and values in single, double, or back quotes
 * over several lines. Only double quotes have escapes. Without quotes, a `#` begins a comment only after white space, so that references
 * like `connect://SU-000-000-000#secret` are complete. Other lines are ignored. Variables aren't expanded. If a name occurs several times,
 * so does it in the result, and the last one counts. Takes linear time.
 */
export function parseEnvFile(text: string): readonly EnvVariable[] {
	const variables: EnvVariable[] = [];
	const content = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
	/** Where no more of a quotation mark are found, so that none is searched for twice. */
	const missing = new Set<string>();
	for (let start = 0; start < content.length;) {
		const lineEnd = indexOrEnd(content, '\n', start);
		NAME_PATTERN.lastIndex = start;
		const match = NAME_PATTERN.exec(content);
		start = lineEnd + 1;
		if (match && NAME_PATTERN.lastIndex <= lineEnd) {
			const valueStart = NAME_PATTERN.lastIndex;
			const quote = content[valueStart];
			const end = quote !== undefined && `'"\``.includes(quote) && !missing.has(quote) ? findQuote(content, quote, valueStart + 1) : -1;
			if (end >= 0) {
				variables.push({ name: match[1]!, value: unescape(content.slice(valueStart + 1, end), quote!) });
				start = indexOrEnd(content, '\n', end) + 1;
			} else {
				if (quote !== undefined && `'"\``.includes(quote)) {
					missing.add(quote);
				}
				variables.push({ name: match[1]!, value: removeComment(content.slice(valueStart, lineEnd)) });
			}
		}
	}
	return variables;
}

/** Returns the index of the quotation mark that ends a value; -1 if there's none. */
function findQuote(text: string, quote: string, start: number): number {
	for (let index = start; index < text.length; index++) {
		if (text[index] === quote) {
			return index;
		}
		if (quote === '"' && text[index] === '\\') {
			index++;
		}
	}
	return -1;
}

function unescape(value: string, quote: string): string {
	return quote === '"'
		? value.replace(/\\([\s\S])/g, (escape, character: string) => ESCAPES[character] ?? (/["\\$`]/.test(character) ? character : escape))
		: value;
}

function removeComment(value: string): string {
	const comment = /^#|[ \t]#/.exec(value);
	return value.slice(0, comment?.index).trim();
}

function indexOrEnd(text: string, searched: string, start: number): number {
	const index = text.indexOf(searched, start);
	return index < 0 ? text.length : index;
}
