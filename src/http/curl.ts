import { curlEnd, isMethodLine } from './grammar';
import { textOf, type TextRange } from './lines';

/** A word of a shell command, as it stands in the text. */
export interface Word extends TextRange {
	/** The word without its quotes and escapes. */
	readonly value: string;
}

export interface Command {
	readonly words: readonly Word[];
	/** Offset of the word that starts the next request of the block; undefined where there is none. */
	readonly nextRequest: number | undefined;
}

/** An option of a cURL command that sets a header, with its value. */
export interface HeaderArgument extends TextRange {
	/** `credentials` for the options that cURL makes an Authorization header from. */
	readonly option: '-H' | '--header' | 'credentials';
	/** Where the word before it ends. */
	readonly previousEnd: number;
	/** Options without a value in the same word, such as `-s` of `-sH`; empty where there are none. */
	readonly flags: string;
	/** The header itself, and whether it follows the option without a space; of credentials, whatever they are. */
	readonly value: TextRange & { readonly isAttached: boolean };
	/** `Authorization` as it was written; empty for another header. */
	readonly authorization: string;
}

/** `-H` and `-u`, maybe in one word with short options that take no value, and the long options for the same. */
const OPTION = /^(?:(-[#0-46afgGiIjJklLMnNpqRsSvVZ]*)[Hu]|--(?:header|user|oauth2-bearer)(?:=|$))/;
const AUTHORIZATION = /^\s*(authorization)\s*[:;]/i;

/**
 * Reads the command whose first word stands at `start`, with the quotes and continuations of a shell; a caret or a
 * backtick before a line break continues it too. As in REST Client, a plain line break does not end the command, and
 * lines of comment are no part of it.
 */
export function readCommand(text: string, start: number, end: number): Command {
	const words: Word[] = [];
	for (let at = start; ;) {
		const word = readWord(text, at, end);
		words.push(word);
		const gap = skipGap(text, word.end, end);
		if (gap.isOver) {
			return { words, nextRequest: gap.at < end ? gap.at : undefined };
		}
		at = gap.at;
	}
}

/** The arguments of a command that set headers. */
export function headerArguments(text: string, words: readonly Word[]): HeaderArgument[] {
	const found: HeaderArgument[] = [];
	for (let index = 1; index < words.length; index++) {
		const word = words[index]!;
		const previousEnd = words[index - 1]!.end;
		const [name, flags = '-'] = OPTION.exec(textOf(text, word)) ?? [];
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
				authorization: option === 'credentials' ? 'Authorization' : (AUTHORIZATION.exec(value.value)?.[1] ?? ''),
			});
		}
	}
	return found;
}

/**
 * `text` as one word, both for a shell and for REST Client, which knows quotes but no escapes: in the quotes wished
 * for where these hold it. What stands in `{{…}}` is the client's and replaced before the command is read.
 */
export function quoted(text: string, wish: string): string {
	const needsSingleQuotes = text.includes('"') || /[$`\\]/.test(text.replace(/\{\{[^{}]*\}\}/g, ''));
	if (!text.includes("'") && (needsSingleQuotes || wish === "'")) {
		return `'${text}'`;
	}
	const escaped = text.replace(/\{\{[^{}]*\}\}|["$`\\]/g, (match) => (match.length > 1 ? match : `\\${match}`));
	return `"${escaped}"`;
}

/** Passes white space, continuations and lines of comment; over at the end, or where a line starts another request. */
function skipGap(text: string, start: number, end: number): { readonly at: number; readonly isOver: boolean } {
	let at = start;
	let isLineStart = false;
	let isContinued = false;
	while (at < end) {
		const lineBreak = lineBreakLength(text, at);
		const continuation = isOneOf('\\^`', text, at) ? lineBreakLength(text, at + 1) : 0;
		if (lineBreak > 0 || continuation > 0) {
			at += lineBreak || continuation + 1;
			isLineStart = true;
			isContinued = continuation > 0;
		} else if (isOneOf(' \t', text, at)) {
			at++;
		} else if (isLineStart && isCommentAt(text, at)) {
			at = lineEnd(text, at, end);
		} else {
			const isNextRequest = isLineStart && !isContinued && (curlEnd(text, at) !== undefined || isMethodLine(text, at));
			return { at, isOver: isNextRequest };
		}
	}
	return { at: end, isOver: true };
}

function readWord(text: string, start: number, end: number): Word {
	let at = start;
	let value = '';
	while (at < end && !isOneOf(' \t\r\n', text, at)) {
		const isAnsi = text.startsWith("$'", at);
		const continuation = text.startsWith('\\', at) ? lineBreakLength(text, at + 1) : 0;
		if (isAnsi || isOneOf('\'"', text, at)) {
			const inner = readQuotes(text, isAnsi ? at + 1 : at, end, isAnsi);
			value += inner.value;
			at = inner.end;
		} else if (continuation > 0) {
			if (at + 1 + continuation >= end || isOneOf(' \t\r\n', text, at + 1 + continuation)) {
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

/** Reads on to the closing quote, or to `end` where there is none. Only single quotes keep backslashes, unless as `$'…'`. */
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
		if (hasEscapes && char === '\\' && isOneOf('"\'\\$`', text, at + 1)) {
			at++;
		}
		value += text.charAt(at);
		at++;
		if (isOneOf('\r\n', text, at - 1)) {
			const content = skipSpaces(text, at, end);
			at = isCommentAt(text, content) ? lineEnd(text, content, end) : at;
		}
	}
	return { value, end };
}

function isCommentAt(text: string, at: number): boolean {
	return text.startsWith('#', at) || text.startsWith('//', at);
}

function skipSpaces(text: string, start: number, end: number): number {
	let at = start;
	while (at < end && isOneOf(' \t', text, at)) {
		at++;
	}
	return at;
}

function lineEnd(text: string, start: number, end: number): number {
	let at = start;
	while (at < end && !isOneOf('\r\n', text, at)) {
		at++;
	}
	return at;
}

function lineBreakLength(text: string, at: number): number {
	return text.startsWith('\r\n', at) ? 2 : isOneOf('\r\n', text, at) ? 1 : 0;
}

function isOneOf(characters: string, text: string, at: number): boolean {
	return at < text.length && characters.includes(text.charAt(at));
}
