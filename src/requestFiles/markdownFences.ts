import { splitLines, sliceRange, type Line, type TextRange } from './lines';

/** A fenced code block of requests. */
export interface MarkdownFence {
	/** Every position of a cursor in it, its marks included. */
	readonly range: TextRange;
	/** What stands between the marks. */
	readonly content: TextRange;
	/** The white space before its first line, as in a list. */
	readonly indent: string;
}

const FENCE_OPENING_PATTERN = /^(`{3,}(?=[^`]*$)|~{3,})\s*([^\s{,]*)/;
const REQUEST_LANGUAGE_PATTERN = /^(?:http|rest)$/i;

/**
 * The fences whose info string starts with `http` or `rest`: of backticks or tildes, indented or not, closed by at
 * least as many of them or by the end of the text, as Markdown has it. The clients send only some of these.
 */
export function findRequestFences(text: string): MarkdownFence[] {
	const fences: MarkdownFence[] = [];
	let open: { readonly line: Line; readonly marks: string; readonly hasRequests: boolean } | undefined;
	const close = (contentEnd: number, end: number) => {
		if (open?.hasRequests) {
			const { start, content, next } = open.line;
			fences.push({ range: { start, end }, content: { start: next, end: contentEnd }, indent: text.slice(start, content) });
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
			open = marks === undefined ? undefined : { line, marks, hasRequests: REQUEST_LANGUAGE_PATTERN.test(language) };
		} else if (content.startsWith(open.marks) && content === fenceCharacter.repeat(content.length)) {
			close(line.start, line.end);
		}
	}
	close(text.length, text.length);
	return fences;
}
