import { findCurlEnd, isMethodLine } from './requestGrammar';
import { sliceRange, type TextRange } from './lines';

/** A word of a shell command, and its range in the text. */
export interface ShellWord extends TextRange {
	/** The word without its quotes and escapes. */
	readonly value: string;
}

export interface CurlCommand {
	readonly words: readonly ShellWord[];
	/** Offset of the word that starts the block's next request; undefined if there is none. */
	readonly nextRequest: number | undefined;
}

/** A cURL option that sets a header, with its value. */
export interface HeaderArgument extends TextRange {
	/** `credentials` for options that cURL turns into an Authorization header. */
	readonly option: '-H' | '--header' | 'credentials';
	/** End of the word before it. */
	readonly previousEnd: number;
	/** Options without a value in the same word, such as `-s` in `-sH`; empty if there are none. */
	readonly flags: string;
	/** The header or the credentials, and whether it follows the option without a space. */
	readonly value: TextRange & { readonly isAttached: boolean };
	/** `Authorization` in its original case; empty for other headers. */
	readonly authorization: string;
}

/** `-H` and `-u`, possibly combined with short options that take no value, and their long forms. */
const HEADER_OPTION_PATTERN = /^(?:(-[#0-46afgGiIjJklLMnNpqRsSvVZ]*)[Hu]|--(?:header|user|oauth2-bearer)(?:=|$))/;
const AUTHORIZATION_PATTERN = /^\s*(authorization)\s*[:;]/i;

/**
 * Parses the command whose first word is at `start`, with a shell's quotes and continuations. A caret or a backtick before a line break
 * continues it, too. As in REST Client, a plain line break doesn't end the command, and comment lines aren't part of it.
 */
export function parseCurlCommand(text: string, start: number, end: number): CurlCommand {
	const words: ShellWord[] = [];
	for (let at = start; ;) {
		const word = readWord(text, at, end);
		words.push(word);
		const gap = skipGap(text, word.end, end);
		if (gap.isEnd) {
			return { words, nextRequest: gap.at < end ? gap.at : undefined };
		}
		at = gap.at;
	}
}

/** Finds the arguments that set headers, in order. */
export function findHeaderArguments(text: string, words: readonly ShellWord[]): HeaderArgument[] {
	const found: HeaderArgument[] = [];
	for (let index = 1; index < words.length; index++) {
		const word = words[index]!;
		const previousEnd = words[index - 1]!.end;
		const [name, flags = '-'] = HEADER_OPTION_PATTERN.exec(sliceRange(text, word)) ?? [];
		if (name === undefined) {
			continue;
		}
		const isAttached = name.length < word.end - word.start;
		const value = isAttached ? { start: word.start + name.length, end: word.end, value: word.value.slice(name.length) } : words[++index];
		if (value) {
			const option = name.endsWith('H') ? '-H' : name.startsWith('--header') ? '--header' : 'credentials';
			found.push({
				start: word.start,
				end: value.end,
				option,
				previousEnd,
				flags: flags === '-' ? '' : flags,
				value: { start: value.start, end: value.end, isAttached: isAttached && option === '-H' },
				authorization: option === 'credentials' ? 'Authorization' : (AUTHORIZATION_PATTERN.exec(value.value)?.[1] ?? ''),
			});
		}
	}
	return found;
}

/**
 * Quotes `text` as one word, both for shells and for REST Client, which supports quotes but no escapes. Uses the preferred quote if
 * possible. Text in `{{…}}` is left alone, because the client replaces it before it parses the command.
 */
export function quoteArgument(text: string, preferredQuote: string): string {
	const needsSingleQuotes = text.includes('"') || /[$`\\]/.test(text.replace(/\{\{[^{}]*\}\}/g, ''));
	if (!text.includes("'") && (needsSingleQuotes || preferredQuote === "'")) {
		return `'${text}'`;
	}
	const escaped = text.replace(/\{\{[^{}]*\}\}|["$`\\]/g, (match) => (match.length > 1 ? match : `\\${match}`));
	return `"${escaped}"`;
}

/** Skips white space, continuations, and comment lines. The command ends at the end of the text, or where a line starts another request. */
function skipGap(text: string, start: number, end: number): { readonly at: number; readonly isEnd: boolean } {
	let at = start;
	let isLineStart = false;
	let isContinuation = false;
	while (at < end) {
		const lineBreak = getLineBreakLength(text, at);
		const continuation = isCharacterIn('\\^`', text, at) ? getLineBreakLength(text, at + 1) : 0;
		if (lineBreak > 0 || continuation > 0) {
			at += lineBreak || continuation + 1;
			isLineStart = true;
			isContinuation = continuation > 0;
		} else if (isCharacterIn(' \t', text, at)) {
			at++;
		} else if (isLineStart && isCommentAt(text, at)) {
			at = findLineEnd(text, at, end);
		} else {
			const isNextRequest = isLineStart && !isContinuation && (findCurlEnd(text, at) !== undefined || isMethodLine(text, at));
			return { at, isEnd: isNextRequest };
		}
	}
	return { at: end, isEnd: true };
}

function readWord(text: string, start: number, end: number): ShellWord {
	let at = start;
	let value = '';
	while (at < end && !isCharacterIn(' \t\r\n', text, at)) {
		const isAnsi = text.startsWith("$'", at);
		const continuation = text.startsWith('\\', at) ? getLineBreakLength(text, at + 1) : 0;
		if (isAnsi || isCharacterIn('\'"', text, at)) {
			const inner = readQuotes(text, isAnsi ? at + 1 : at, end, isAnsi);
			value += inner.value;
			at = inner.end;
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

/**
 * Reads up to the closing quote. If there is none, the user is still typing, and only the rest of the line belongs to the word. Backslashes
 * are literal in single quotes, except in `$'…'`.
 */
function readQuotes(text: string, start: number, end: number, isAnsi: boolean): { readonly value: string; readonly end: number } {
	const quote = text.charAt(start);
	const hasEscapes = isAnsi || quote === '"';
	let value = '';
	let at = start + 1;
	while (at < end) {
		const char = text.charAt(at);
		if (char === quote) {
			return { value, end: at + 1 };
		}
		if (hasEscapes && char === '\\' && isCharacterIn('"\'\\$`', text, at + 1)) {
			at++;
		}
		value += text.charAt(at);
		at++;
		if (isCharacterIn('\r\n', text, at - 1)) {
			const content = skipWhitespace(text, at, end);
			at = isCommentAt(text, content) ? findLineEnd(text, content, end) : at;
		}
	}
	const lineEnd = findLineEnd(text, start, end);
	return { value: text.slice(start + 1, lineEnd), end: lineEnd };
}

function isCommentAt(text: string, at: number): boolean {
	return text.startsWith('#', at) || text.startsWith('//', at);
}

function skipWhitespace(text: string, start: number, end: number): number {
	let at = start;
	while (at < end && isCharacterIn(' \t', text, at)) {
		at++;
	}
	return at;
}

function findLineEnd(text: string, start: number, end: number): number {
	let at = start;
	while (at < end && !isCharacterIn('\r\n', text, at)) {
		at++;
	}
	return at;
}

function getLineBreakLength(text: string, at: number): number {
	return text.startsWith('\r\n', at) ? 2 : isCharacterIn('\r\n', text, at) ? 1 : 0;
}

function isCharacterIn(characters: string, text: string, at: number): boolean {
	return at < text.length && characters.includes(text.charAt(at));
}
