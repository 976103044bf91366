import { sliceRange, type TextRange } from './lines';
import { findCurlEnd, isMethodLine } from './requestGrammar';
import {
	detectShell,
	findLineEnd,
	getLineBreakLength,
	isCharacterIn,
	isCommentAt,
	readShellWord,
	type Shell,
	type ShellWord,
} from './shellWords';

/** A cURL command, or one of several in a line. */
export interface CurlCommand {
	readonly shell: Shell;
	readonly runner: CurlRunner;
	/** Starts with `curl`, or with `--next` in front of a command's further requests. */
	readonly words: readonly ShellWord[];
}

export interface CurlCommands {
	/** At least one. */
	readonly commands: readonly CurlCommand[];
	/** Offset of the word that starts the block's next request; undefined if there is none. */
	readonly nextRequest: number | undefined;
}

/** A cURL option that sets a header, with its value. */
export interface HeaderArgument extends TextRange {
	/** `other` for options that must be replaced with another one, such as `--user`, which cURL turns into an Authorization header. */
	readonly option: '-H' | '--header' | 'other';
	/** End of the word before it. */
	readonly previousEnd: number;
	/** Options without a value in the same word, such as `-s` in `-sH`; empty if there are none. */
	readonly flags: string;
	/** The header or the credentials, and whether it follows the option without a space. */
	readonly value: TextRange & { readonly isAttached: boolean };
	/** `Authorization` in its original case; empty for other headers. */
	readonly authorization: string;
}

/** Who runs a command: REST Client, which reads it over several lines, or a shell. */
export type CurlRunner = 'restClient' | 'shell';

/** `-H` and `-u`, possibly combined with short options that take no value, and their long forms. */
const HEADER_OPTION_PATTERN = /^(?:(-[#0-46afgGiIjJklLMnNpqRsSvVZ]*)[Hu]|--(?:expand-)?(?:header|user|oauth2-bearer)(?:[=\s]|$))/;
/** A header without its colon isn't complete yet. */
const AUTHORIZATION_PATTERN = /^\s*(authorization)\s*(?:[:;]|$)/i;
const OPERATOR_PATTERN = /^(?:\|{1,2}|&{1,2}|;|\|&)$/;
const PLACEHOLDER = /\{\{[^{}]*\}\}/g;

/**
 * Parses the commands that start with the first word at `start`, with the quotes and continuations of their shell. A caret or a backtick
 * before a line break continues a command in any shell. In REST Client, a plain line break doesn't end it, and comment lines aren't part of it.
 */
export function parseCurlCommands(text: string, start: number, end: number, runner: CurlRunner = 'restClient'): CurlCommands {
	const shell = detectShell(text, start, end);
	const words: ShellWord[] = [];
	for (let at = start; ;) {
		const word = readShellWord(text, at, end, shell);
		words.push(word);
		const gap = skipGap(text, word.end, end, runner);
		if (gap.isEnd) {
			return { commands: splitCommands(text, words, { shell, runner }), nextRequest: gap.at < end ? gap.at : undefined };
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
		const [name, flags = '-'] = HEADER_OPTION_PATTERN.exec(word.value) ?? [];
		if (name === undefined) {
			continue;
		}
		const isAttached = name.length < word.value.length;
		/** With the option in the quotes of its value, both must be replaced. */
		const isInQuotes = isAttached && !sliceRange(text, word).startsWith(name);
		const value = isAttached
			? { start: isInQuotes ? word.start : word.start + name.length, end: word.end, value: word.value.slice(name.length) }
			: words[++index];
		if (value) {
			const isHeader = /(?:H|header[=\s]?)$/.test(name);
			const option = isInQuotes ? 'other' : name.endsWith('H') ? '-H' : /^--header=?$/.test(name) ? '--header' : 'other';
			found.push({
				start: word.start,
				end: value.end,
				option,
				previousEnd,
				flags: flags === '-' ? '' : flags,
				value: { start: value.start, end: value.end, isAttached: isAttached && option === '-H' },
				authorization: isHeader ? (AUTHORIZATION_PATTERN.exec(value.value)?.[1] ?? '') : 'Authorization',
			});
		}
	}
	return found;
}

/**
 * Quotes `text` as one word, both for its shell and for REST Client, which supports quotes but no escapes. Uses the preferred quote if
 * possible. Text in `{{…}}` is left alone, because the client replaces it before it parses the command.
 */
export function quoteArgument(text: string, preferredQuote: string, shell: Shell = 'posix'): string {
	switch (shell) {
		case 'posix':
			return quoteForPosix(text, preferredQuote);
		case 'cmd':
			return preferredQuote === '^' ? quoteForCmd(text) : `"${text.replace(/"/g, '\\"')}"`;
		case 'powerShell':
			return preferredQuote === "'" ? `'${text.replace(/'/g, "''")}'` : `"${escapeExcept(text, /["$`]/g, '`')}"`;
	}
}

function quoteForPosix(text: string, preferredQuote: string): string {
	const needsSingleQuotes = text.includes('"') || /[$`\\]/.test(text.replace(PLACEHOLDER, ''));
	if (!text.includes("'") && (needsSingleQuotes || preferredQuote === "'")) {
		return `'${text}'`;
	}
	return `"${escapeExcept(text, /["$`\\]/g, '\\')}"`;
}

/** Escapes each character that cmd interprets, including quotes. Between two percent signs, a caret keeps a variable from being expanded. */
function quoteForCmd(text: string): string {
	const escaped = text
		.replace(/"/g, '\\"')
		.replace(/["^&|<>()%!\\]/g, '^$&')
		.replace(/%(?=\w)/g, '%^');
	return `^"${escaped}^"`;
}

/** Escapes characters outside of placeholders. */
function escapeExcept(text: string, characters: RegExp, escape: string): string {
	const pattern = new RegExp(`${PLACEHOLDER.source}|${characters.source}`, 'g');
	return text.replace(pattern, (match) => (match.length > 1 ? match : escape + match));
}

/** Splits commands that operators join, and cURL's requests that `--next` joins. Leaves out commands other than cURL. */
function splitCommands(text: string, words: readonly ShellWord[], options: Omit<CurlCommand, 'words'>): CurlCommand[] {
	const commands: ShellWord[][] = [[]];
	let isInCurl = true;
	words.forEach((word, index) => {
		const previous = words[index - 1];
		const isCurl = findCurlEnd(word.value, 0) === word.value.length;
		const isAfterOperator = previous && (OPERATOR_PATTERN.test(sliceRange(text, previous)) || (isCurl && previous.value.endsWith(';')));
		isInCurl = isAfterOperator ? isCurl : isInCurl;
		if (isInCurl && previous && (isAfterOperator || word.value === '--next' || word.value === '-:')) {
			commands.push([]);
		}
		if (isInCurl) {
			commands.at(-1)!.push(word);
		}
	});
	return commands.map((command) => ({ ...options, words: command }));
}

/** Skips white space, continuations, and comment lines. The command ends at the end of the text, or where a line starts another request. */
function skipGap(text: string, start: number, end: number, runner: CurlRunner): { readonly at: number; readonly isEnd: boolean } {
	let at = start;
	let isLineStart = false;
	let isContinuation = false;
	while (at < end) {
		const lineBreak = getLineBreakLength(text, at);
		const continuation = isCharacterIn('\\^`', text, at) ? getLineBreakLength(text, at + 1) : 0;
		if (lineBreak > 0 || continuation > 0) {
			if (runner === 'shell' && lineBreak > 0) {
				return { at, isEnd: true };
			}
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
