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

/** How each client recognizes a fence, by its first and its last line, no matter what surrounds it in Markdown. */
export const CLIENT_FENCE_PATTERNS = {
	restClient: [/^```(?:http|rest)$/, /^```$/],
	httpYac: [/^```\s*(?:http|rest)$/i, /^```\s*$/],
} as const satisfies Readonly<Record<string, readonly [opening: RegExp, closing: RegExp]>>;

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

/**
 * Finds what clients treat as fences although it's text of another fence in Markdown, or ends somewhere else. REST Client starts over at each
 * opening line.
 */
export function findUnusualFences(text: string): MarkdownFence[] {
	const lines = splitLines(text, 0, text.length);
	const found = new Set(findRequestFences(text).map(getFenceId));
	const fences: MarkdownFence[] = [];
	for (const client of ['restClient', 'httpYac'] as const) {
		const [opening, closing] = CLIENT_FENCE_PATTERNS[client];
		let open: Line | undefined;
		for (const line of lines) {
			const content = sliceRange(text, line);
			if (open && closing.test(content)) {
				fences.push({ range: { start: open.start, end: line.end }, content: { start: open.next, end: line.start }, indent: '' });
				open = undefined;
			} else if ((!open || client === 'restClient') && opening.test(content)) {
				open = line;
			}
		}
	}
	return fences.filter((fence) => {
		const isNew = !found.has(getFenceId(fence));
		found.add(getFenceId(fence));
		return isNew;
	});
}

/** Finds fences with commands for a POSIX shell. */
export function findShellFences(text: string): MarkdownFence[] {
	return findFences(text, SHELL_LANGUAGE_PATTERN);
}

function getFenceId({ content }: MarkdownFence): string {
	return `${content.start}-${content.end}`;
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
