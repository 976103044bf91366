const FENCE_PATTERN = /`{3,}/g;

/**
 * Returns a Markdown document with the request that REST Client sends if text of a file is selected: all of the selection, like a fence, with
 * the variables of the whole file.
 */
export function toSelectedRequest(selected: string, text: string): string {
	const [request, definitions] = [selected, text].map((part) => part.replace(FENCE_PATTERN, ''));
	return `\`\`\`http\n${request}\n\`\`\`\n${definitions}`;
}
