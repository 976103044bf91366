/** A cell of a notebook. */
export interface NotebookCell {
	/** Whether it's code in any language. Any other cell is Markdown. */
	readonly isCode: boolean;
	readonly text: string;
}

const SEPARATOR_PATTERN = /^\s*#{3,}/;

/**
 * Returns the request file that httpYac makes of a notebook (`httpNotebookSerializer.ts`): all code, no matter in what language, and Markdown in
 * comments, which its text can end.
 */
export function toRequestFile(cells: readonly NotebookCell[]): string {
	const parts: string[] = [];
	let hasCode = false;
	for (const { isCode, text } of cells) {
		if (isCode && hasCode && !SEPARATOR_PATTERN.test(text)) {
			parts.push('###');
		}
		hasCode ||= isCode;
		parts.push(isCode ? text : `/*\n${text}\n*/`);
	}
	return parts.join('\n');
}
