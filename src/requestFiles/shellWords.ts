import type { TextRange } from './lines';

/** A shell whose quoting a command uses. `posix` stands for bash, zsh, and others, and for REST Client. */
export type Shell = 'posix' | 'cmd' | 'powerShell';

/** A word of a shell command, and its range in the text. */
export interface ShellWord extends TextRange {
	/** The word without its quotes and escapes. */
	readonly value: string;
	/** Whether a command substitution, such as `$(…)`, isn't closed, so that where the word ends isn't known. */
	readonly hasOpenSubstitution?: true;
}

/** A part of a word and where it ends. */
interface WordPart {
	readonly value: string;
	readonly end: number;
}

const SUBSTITUTION_PATTERN = /(?:\$\(|\$\{|[<>]\()/y;
/** In UTF-16 units, so that many unclosed ones don't take long. */
const MAX_SUBSTITUTION_LENGTH = 2000;
const CLOSING_BRACKETS: Readonly<Record<string, string>> = { '(': ')', '{': '}' };

/** Detects the shell by how the command that starts at `start` escapes quotes or continues. cmd's continuation alone is used in any dialect. */
export function detectShell(text: string, start: number, end: number): Shell {
	let at = start;
	let isContinued = true;
	while (at < end && isContinued) {
		const lineEnd = findLineEnd(text, at, end);
		const line = text.slice(at, lineEnd);
		if (/\s\^"/.test(line)) {
			return 'cmd';
		}
		if (/\s`\s*$|^curl\.exe\s.*`"/i.test(line)) {
			return 'powerShell';
		}
		isContinued = /\^\s*$/.test(line);
		at = lineEnd + getLineBreakLength(text, lineEnd);
	}
	return 'posix';
}

/** Reads the word at `start`. An unclosed quote ends at the end of its line, because the user is still typing. */
export function readShellWord(text: string, start: number, end: number, shell: Shell): ShellWord {
	switch (shell) {
		case 'posix':
			return readPosixWord(text, start, end);
		case 'cmd':
			return readCmdWord(text, start, end);
		case 'powerShell':
			return readPowerShellWord(text, start, end);
	}
}

export function isCommentAt(text: string, at: number): boolean {
	return text.startsWith('#', at) || text.startsWith('//', at);
}

export function findLineEnd(text: string, start: number, end: number): number {
	let at = start;
	while (at < end && !isCharacterIn('\r\n', text, at)) {
		at++;
	}
	return at;
}

export function getLineBreakLength(text: string, at: number): number {
	return text.startsWith('\r\n', at) ? 2 : isCharacterIn('\r\n', text, at) ? 1 : 0;
}

export function isCharacterIn(characters: string, text: string, at: number): boolean {
	return at < text.length && characters.includes(text.charAt(at));
}

function readPosixWord(text: string, start: number, end: number): ShellWord {
	let at = start;
	let value = '';
	while (at < end && !isCharacterIn(' \t\r\n', text, at)) {
		const isAnsi = text.startsWith("$'", at);
		const continuation = text.startsWith('\\', at) ? getLineBreakLength(text, at + 1) : 0;
		const part =
			isAnsi || isCharacterIn('\'"', text, at) ? readPosixQuotes(text, isAnsi ? at + 1 : at, end, isAnsi) : readSubstitution(text, at, end);
		if (part === 'open') {
			return readOpenSubstitution(text, start, at, end);
		}
		if (part) {
			value += part.value;
			at = part.end;
		} else if (continuation > 0) {
			if (at + 1 + continuation >= end || isCharacterIn(' \t\r\n', text, at + 1 + continuation)) {
				break;
			}
			at += 1 + continuation;
		} else {
			at += text.startsWith('\\', at) && at + 1 < end ? 1 : 0;
			value += text.charAt(at);
			at++;
		}
	}
	return { start, end: at, value };
}

/** Reads up to the closing quote. Backslashes are literal in single quotes, except in `$'…'`. As in REST Client, comment lines are dropped. */
function readPosixQuotes(text: string, start: number, end: number, isAnsi: boolean): WordPart | 'open' {
	const quote = text.charAt(start);
	let value = '';
	let at = start + 1;
	while (at < end) {
		if (text.charAt(at) === quote) {
			return { value, end: at + 1 };
		}
		const substitution = quote === '"' ? readSubstitution(text, at, end) : undefined;
		if (substitution === 'open') {
			return 'open';
		}
		if (substitution) {
			value += substitution.value;
			at = substitution.end;
			continue;
		}
		if ((isAnsi || quote === '"') && text.charAt(at) === '\\' && isCharacterIn('"\'\\$`', text, at + 1)) {
			at++;
		}
		value += text.charAt(at);
		at++;
		if (isCharacterIn('\r\n', text, at - 1)) {
			const content = skipBlanks(text, at, end);
			at = isCommentAt(text, content) ? findLineEnd(text, content, end) : at;
		}
	}
	return readToLineEnd(text, start, end);
}

/** Reads `$(…)`, `${…}`, `<(…)`, or a command in backticks, with its own quotes; undefined if there's none. */
function readSubstitution(text: string, start: number, end: number): WordPart | 'open' | undefined {
	if (text.charAt(start) === '`') {
		const closing = findClosingBacktick(text, start + 1, end);
		return closing === undefined ? undefined : { value: text.slice(start, closing + 1), end: closing + 1 };
	}
	SUBSTITUTION_PATTERN.lastIndex = start;
	if (!SUBSTITUTION_PATTERN.test(text)) {
		return undefined;
	}
	const closing: string[] = [];
	for (let at = start + 1; at < Math.min(end, start + MAX_SUBSTITUTION_LENGTH); at++) {
		const char = text.charAt(at);
		const quote = closing.at(-1);
		if (char === '\\' && quote !== "'") {
			at++;
		} else if (char === quote) {
			closing.pop();
			if (closing.length === 0) {
				return { value: text.slice(start, at + 1), end: at + 1 };
			}
		} else if (quote === '"') {
			// In double quotes, only substitutions can contain other quotes.
			if (char === '$' && isCharacterIn('({', text, at + 1)) {
				closing.push(CLOSING_BRACKETS[text.charAt(++at)]!);
			}
		} else if (quote !== "'" && (char === '"' || char === "'")) {
			closing.push(char);
		} else if (quote !== "'" && CLOSING_BRACKETS[char] !== undefined) {
			closing.push(CLOSING_BRACKETS[char]);
		}
	}
	return 'open';
}

/** Like an unclosed quote, it ends at the end of its line. */
function readOpenSubstitution(text: string, start: number, at: number, end: number): ShellWord {
	const lineEnd = findLineEnd(text, at, end);
	return { start, end: lineEnd, value: text.slice(start, lineEnd), hasOpenSubstitution: true };
}

/** Searches only the rest of the line. */
function findClosingBacktick(text: string, start: number, end: number): number | undefined {
	for (let at = start; at < end && !isCharacterIn('\r\n', text, at); at++) {
		if (text.charAt(at) === '\\') {
			at++;
		} else if (text.charAt(at) === '`') {
			return at;
		}
	}
	return undefined;
}

/**
 * Reads a word the way cmd and the C runtime do, one after the other: outside of cmd's quotes, a caret escapes the next character, such as a
 * quote, which then only the C runtime treats as one. Browsers copy commands in this form.
 */
function readCmdWord(text: string, start: number, end: number): ShellWord {
	let at = start;
	let value = '';
	let isQuotedForCmd = false;
	let isQuoted = false;
	while (at < end) {
		const isEscaped: boolean = text.charAt(at) === '^' && !isQuotedForCmd && at + 1 < end && !isCharacterIn(' \t', text, at + 1);
		const lineBreak = getLineBreakLength(text, isEscaped ? at + 1 : at);
		if (isEscaped && lineBreak > 0 && isQuoted) {
			// A line break after the escaped one is part of the word.
			const next = at + 1 + lineBreak;
			const literal = getLineBreakLength(text, next);
			value += text.slice(next, next + literal);
			at = next + literal;
			continue;
		}
		if (lineBreak > 0 || (!isQuoted && isCharacterIn(' \t', text, at))) {
			break;
		}
		at += isEscaped ? 1 : 0;
		const char = text.charAt(at);
		at++;
		if (char === '"') {
			isQuotedForCmd = isEscaped ? isQuotedForCmd : !isQuotedForCmd;
			if (isQuoted && isCharacterIn('"', text, at)) {
				isQuotedForCmd = !isQuotedForCmd;
				value += '"';
				at++;
			} else {
				isQuoted = !isQuoted;
			}
		} else if (char === '\\' && /^\^?"/.test(text.slice(at, at + 2))) {
			const isCaret = text.charAt(at) === '^';
			isQuotedForCmd = isCaret ? isQuotedForCmd : !isQuotedForCmd;
			value += '"';
			at += isCaret ? 2 : 1;
		} else {
			value += char;
		}
	}
	return { start, end: at, value };
}

/** A backtick escapes the next character, except in single quotes. A doubled quote is literal. */
function readPowerShellWord(text: string, start: number, end: number): ShellWord {
	let at = start;
	let value = '';
	let quote = '';
	let quoteStart = start;
	while (at < end && (quote !== '' || !isCharacterIn(' \t\r\n', text, at))) {
		const substitution = quote !== "'" && text.charAt(at) === '$' ? readSubstitution(text, at, end) : undefined;
		const char = text.charAt(at);
		if (substitution === 'open') {
			return readOpenSubstitution(text, start, at, end);
		}
		if (substitution) {
			value += substitution.value;
			at = substitution.end;
		} else if (char === '`' && quote !== "'") {
			if (quote === '' && getLineBreakLength(text, at + 1) > 0) {
				break;
			}
			value += text.charAt(at + 1);
			at += 2;
		} else if (quote === '' && (char === '"' || char === "'")) {
			quote = char;
			quoteStart = at;
			at++;
		} else if (char === quote && text.charAt(at + 1) !== quote) {
			quote = '';
			at++;
		} else {
			value += char;
			at += char === quote ? 2 : 1;
		}
	}
	if (quote !== '') {
		const { end: lineEnd } = readToLineEnd(text, quoteStart, end);
		return { start, end: lineEnd, value: text.slice(start, lineEnd).replace(quote, '') };
	}
	return { start, end: Math.min(at, end), value };
}

function readToLineEnd(text: string, start: number, end: number): WordPart {
	const lineEnd = findLineEnd(text, start, end);
	return { value: text.slice(start + 1, lineEnd), end: lineEnd };
}

function skipBlanks(text: string, start: number, end: number): number {
	let at = start;
	while (at < end && isCharacterIn(' \t', text, at)) {
		at++;
	}
	return at;
}
