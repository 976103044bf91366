/** Half-open range of UTF-16 offsets. */
export interface TextRange {
	readonly start: number;
	readonly end: number;
}

/** Offsets of a line in a text. */
export interface Line {
	readonly start: number;
	/** First character that isn't white space; `end` in a blank line. */
	readonly content: number;
	/** Its line break, or the end of the text. */
	readonly end: number;
	/** Start of the next line; `end` in a last line without a line break. */
	readonly next: number;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** Reads the line that starts at `start` and ends at `limit` or earlier. LF, CR LF, and CR end a line, as in VS Code. */
export function readLine(text: string, start: number, limit: number): Line {
	let content = start;
	while (content < limit && !isLineBreak(text, content) && isWhiteSpace(text.charCodeAt(content))) {
		content++;
	}
	let end = content;
	while (end < limit && !isLineBreak(text, end)) {
		end++;
	}
	const lineBreak = end === limit ? 0 : text.startsWith('\r\n', end) ? 2 : 1;
	return { start, content, end, next: end + lineBreak };
}

/** Splits the text from `start` to `end` into lines. A line break at the end doesn't start another line. */
export function splitLines(text: string, start: number, end: number): Line[] {
	const lines: Line[] = [];
	for (let at = start; at < end; at = lines.at(-1)!.next) {
		lines.push(readLine(text, at, end));
	}
	return lines;
}

/** Returns the start of the line that contains `offset`. */
export function findLineStart(text: string, offset: number): number {
	let start = offset;
	while (start > 0 && !isLineBreak(text, start - 1)) {
		start--;
	}
	return start;
}

export function isBlank(line: Line): boolean {
	return line.content === line.end;
}

export function isIndented(line: Line): boolean {
	return line.content > line.start;
}

/** Returns `range` without leading and trailing white space. */
export function trimRange(text: string, range: TextRange): TextRange {
	let { start, end } = range;
	while (start < end && isWhiteSpace(text.charCodeAt(start))) {
		start++;
	}
	while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) {
		end--;
	}
	return { start, end };
}

export function sliceRange(text: string, { start, end }: TextRange): string {
	return text.slice(start, end);
}

function isLineBreak(text: string, at: number): boolean {
	const code = text.charCodeAt(at);
	return code === LINE_FEED || code === CARRIAGE_RETURN;
}

/** Same characters as `\s` and `trim`, which both clients use: includes byte order marks and non-breaking spaces. */
function isWhiteSpace(code: number): boolean {
	return code === SPACE || (code >= TAB && code <= CARRIAGE_RETURN) || (code > 0x7f && /\s/.test(String.fromCharCode(code)));
}
