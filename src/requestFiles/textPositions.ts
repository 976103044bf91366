/** A zero-based position in a text, as editors count it. */
export interface TextPosition {
	readonly line: number;
	/** In UTF-16 units from the start of the line. */
	readonly character: number;
}

/** Returns a function that converts offsets in `text` (UTF-16 units) to positions. Call it with ascending offsets only. */
export function createPositionConverter(text: string): (offset: number) => TextPosition {
	const lineStarts = [0];
	for (const { index, 0: lineBreak } of text.matchAll(/\r\n|\r|\n/g)) {
		lineStarts.push(index + lineBreak.length);
	}
	let line = 0;
	return (offset) => {
		while ((lineStarts[line + 1] ?? Infinity) <= offset) {
			line++;
		}
		return { line, character: offset - lineStarts[line]! };
	};
}
