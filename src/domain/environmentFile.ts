/** A variable that a `.env` file sets. */
export interface EnvironmentVariable {
	readonly name: string;
	readonly value: string;
}

const ASSIGNMENT_PATTERN = /[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*=[^\S\n]*/y;
const COMMENT_PATTERN = /(?:^|\s)#[^]*$/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Parses a `.env` file: `NAME=value` lines, also with `export`, quotes, and comments. A quoted value can have several lines. A `#` begins a
 * comment only after a space, so that `connect://SU-…#secret` needs no quotes here. Lines of any other kind are ignored. Takes linear time.
 * @returns the variables in order; if a name is set several times, its last value applies
 */
export function parseEnvironmentFile(text: string): readonly EnvironmentVariable[] {
	const normalized = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
	const variables: EnvironmentVariable[] = [];
	/** Quotes without a second one after the current position. */
	const unclosed = new Set<string>();
	for (let position = 0; position < normalized.length;) {
		ASSIGNMENT_PATTERN.lastIndex = position;
		const match = ASSIGNMENT_PATTERN.exec(normalized);
		const start = match ? ASSIGNMENT_PATTERN.lastIndex : position;
		const quote = normalized[start] ?? '';
		const close = match && /["'`]/.test(quote) && !unclosed.has(quote) ? findClosingQuote(normalized, start + 1, quote) : undefined;
		if (close === -1) {
			unclosed.add(quote);
		}
		const isQuoted = close !== undefined && close >= 0;
		const lineEnd = normalized.indexOf('\n', isQuoted ? close : start);
		const end = lineEnd < 0 ? normalized.length : lineEnd;
		if (match) {
			const value = isQuoted
				? unescape(normalized.slice(start + 1, close), quote)
				: normalized.slice(start, end).replace(COMMENT_PATTERN, '').trim();
			variables.push({ name: match[1]!, value });
		}
		position = end + 1;
	}
	return variables;
}

function findClosingQuote(text: string, start: number, quote: string): number {
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

function unescape(text: string, quote: string): string {
	return quote === '"' ? text.replace(/\\([nrt"\\$`])/g, (_, letter: string) => ESCAPES[letter] ?? letter) : text;
}
