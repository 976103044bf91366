/**
 * Converts a user's text, such as a name, to Markdown that shows it literally: every character that could be part of markup, a link, an
 * address, or an icon becomes an entity. Bidirectional control characters are removed.
 */
export function escapeMarkdown(text: string): string {
	return text
		.replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
		.replace(/[^\p{L}\p{M}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
}
