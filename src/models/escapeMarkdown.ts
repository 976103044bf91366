/**
 * A user's text, such as a name, as Markdown that shows it and does nothing else: every character that could be markup, a link, an
 * address or an icon is written as an entity. Marks that would turn the direction of what follows are left out.
 */
export function escapeMarkdown(text: string): string {
	return text
		.replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
		.replace(/[^\p{L}\p{M}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
}
