import { splitLines, sliceRange, type Line, type TextRange } from './lines';

/** A fenced code block with requests. */
export interface MarkdownFence {
	/** All cursor positions in the fence, including its markers. */
	readonly range: TextRange;
	/** The text between the markers. */
	readonly content: TextRange;
	/** White space before its first line, for example in a list. */
	readonly indent: string;
}

const FENCE_OPENING_PATTERN = /^(`{3,}(?=[^`]*$)|~{3,})\s*([^\s{,]*)/;
const REQUEST_LANGUAGE_PATTERN = /^(?:http|rest)$/i;
const SHELL_LANGUAGE_PATTERN = /^(?:bash|sh|shell|zsh)$/i;

/**
 * Finds fences whose info string starts with `http` or `rest`. As in Markdown, they consist of backticks or tildes, may be indented, and
 * are closed by at least as many of the same characters or by the end of the text. The clients send only some of these.
 */
export function findRequestFences(text: string): MarkdownFence[] {
	return findFences(text, REQUEST_LANGUAGE_PATTERN);
}

/** Finds fences with commands for a POSIX shell. */
export function findShellFences(text: string): MarkdownFence[] {
	return findFences(text, SHELL_LANGUAGE_PATTERN);
}

function findFences(text: string, languagePattern: RegExp): MarkdownFence[] {
	const fences: MarkdownFence[] = [];
	let open: { readonly line: Line; readonly marks: string; readonly isMatch: boolean } | undefined;
	const close = (contentEnd: number, end: number) => {
		if (open?.isMatch) {
			const { start, content, next } = open.line;
			// A byte order mark counts as white space, but belongs only at the start of a file.
			const indent = text.slice(start, content).replace('\ufeff', '');
			fences.push({ range: { start, end }, content: { start: next, end: contentEnd }, indent });
		}
		open = undefined;
	};
	for (const line of splitLines(text, 0, text.length)) {
		const fenceCharacter = text.charAt(line.content);
		if (fenceCharacter !== '`' && fenceCharacter !== '~') {
			continue;
		}
		const content = sliceRange(text, { start: line.content, end: line.end }).trimEnd();
		if (!open) {
			const [, marks, language = ''] = FENCE_OPENING_PATTERN.exec(content) ?? [];
			open = marks === undefined ? undefined : { line, marks, isMatch: languagePattern.test(language) };
		} else if (content.startsWith(open.marks) && content === fenceCharacter.repeat(content.length)) {
			close(line.start, line.end);
		}
	}
	close(text.length, text.length);
	return fences;
}
