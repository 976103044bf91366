/** Half-open range of UTF-16 offsets. */
export interface TextRange {
	readonly start: number;
	readonly end: number;
}

/** A line of a text, as offsets into it. */
export interface Line {
	readonly start: number;
	/** Of its first character that is not white space; in a blank line, `end`. */
	readonly content: number;
	/** Where its line break stands, or the text ends. */
	readonly end: number;
	/** Where the next line starts; `end` in a last line without a line break. */
	readonly next: number;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** The line that starts at `start` and ends, at the latest, at `limit`. LF, CR LF and CR end a line, as in the editor. */
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

/** The lines from `start` to before `end`; none is empty but for its line break. */
export function splitLines(text: string, start: number, end: number): Line[] {
	const lines: Line[] = [];
	for (let at = start; at < end; at = lines.at(-1)!.next) {
		lines.push(readLine(text, at, end));
	}
	return lines;
}

/** Where the line starts that holds `offset`. */
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

/** The part of `range` without white space at either end. */
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

/** What `\s` and `trim` of JavaScript take for white space, as both clients do: a byte order mark and NBSP too. */
function isWhiteSpace(code: number): boolean {
	return code === SPACE || (code >= TAB && code <= CARRIAGE_RETURN) || (code > 0x7f && /\s/.test(String.fromCharCode(code)));
}
