import { splitLines, type Line } from './lines';
import { isComment } from './requestGrammar';
import type { MultiLineBlock, ParsedRequest, ParsedSection } from './requestFileParser';

/** How clients treat a line. */
export type LineKind =
	/** Dropped by both clients, except by httpYac directly below a request line if it looks like a header. */
	| 'comment'
	/** A definition for httpYac. For REST Client, text if it's below a request line. */
	| 'definition'
	/** Part of a script of httpYac. Text for REST Client. */
	| 'script'
	/** Part of a multi-line comment of httpYac. Text for REST Client. */
	| 'blockComment'
	| 'text';

/** The lines of a file or a fence, and its requests, in order. */
export interface SectionLines {
	readonly lines: readonly Line[];
	/** By index of the line. */
	readonly kinds: readonly LineKind[];
	readonly requests: readonly ParsedRequest[];
}

export function readSectionLines(text: string, { content, multiLineBlocks, requests }: ParsedSection): SectionLines {
	const lines = splitLines(text, content.start, content.end);
	return { lines, kinds: classifyLines(text, lines, multiLineBlocks), requests };
}

function classifyLines(text: string, lines: readonly Line[], blocks: readonly MultiLineBlock[]): readonly LineKind[] {
	let nextBlock = 0;
	return lines.map((line) => {
		while (nextBlock < blocks.length && blocks[nextBlock]!.end < line.start) {
			nextBlock++;
		}
		const block = blocks[nextBlock];
		if (block && block.start <= line.start) {
			return block.isComment ? 'blockComment' : 'script';
		}
		return isComment(text, line) ? 'comment' : text.startsWith('@', line.content) ? 'definition' : 'text';
	});
}
