import type { TextRange } from './lines';

/** A part of a line in double braces, which a client replaces. */
export interface Placeholder extends TextRange {
	/** The text between the braces: a name for REST Client, an expression for httpYac. */
	readonly content: string;
}

/** Finds the placeholders in a line the way both clients do: each starts at the first opening braces and ends at the next closing ones. */
export function findPlaceholders(line: string): readonly Placeholder[] {
	const found: Placeholder[] = [];
	let start = line.indexOf('{{');
	while (start >= 0) {
		// A placeholder has at least one character.
		const closing = line.indexOf('}}', start + 3);
		if (closing < 0) {
			break;
		}
		const end = closing + 2;
		found.push({ start, end, content: line.slice(start + 2, closing) });
		start = line.indexOf('{{', end);
	}
	return found;
}
