import type { TextRange } from './lines';

/** A header line, or a variable that a scheme shows to be for one: up to its colon or equals sign. */
const HEADER_PATTERN = /^[^\S\r\n]*(?:authorization[^\S\r\n]*:|@[^\s=]+[^\S\r\n]*=(?=[^\S\r\n]*ApiKey[^\S\r\n]))/i;
const ARGUMENT_PATTERN = /(?:-H|--header)[ \t=]?[ \t]*(["'])authorization[ \t]*:/gi;

/**
 * The value of an Authorization header with the white space before it, where a cursor in it may have one put in its place: of a header
 * line, of a cURL argument, of a variable for one.
 * @param line without its line break
 * @param cursor in UTF-16 units
 * @returns offsets in the line; undefined where the cursor is in no such value
 */
export function findAuthorizationValueRange(line: string, cursor: number): TextRange | undefined {
	const isInside = ({ start, end }: TextRange) => start <= cursor && cursor <= Math.max(end, start);
	const header = HEADER_PATTERN.exec(line);
	if (header) {
		// White space after the cursor's value is replaced as well where the cursor stands in it.
		const range = { start: header[0].length, end: Math.max(line.trimEnd().length, cursor) };
		return isInside(range) ? range : undefined;
	}
	return Array.from(line.matchAll(ARGUMENT_PATTERN), ({ index, 0: { length }, 1: quote }) => {
		const closing = line.indexOf(quote!, index + length);
		return { start: index + length, end: closing < 0 ? line.length : closing };
	}).find(isInside);
}
