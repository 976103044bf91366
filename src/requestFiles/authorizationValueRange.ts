import type { TextRange } from './lines';

/** Start of a header line, or of a variable whose value starts with the scheme, up to the colon or equals sign. */
const HEADER_PATTERN = /^[^\S\r\n]*(?:authorization[^\S\r\n]*:|@[^\s=]+[^\S\r\n]*=(?=[^\S\r\n]*ApiKey[^\S\r\n]))/i;
const ARGUMENT_PATTERN = /(?:-H|--header)[ \t=]?[ \t]*(["'])authorization[ \t]*:/gi;

/**
 * Finds the value that a completion at the cursor replaces, with the white space before it: in an Authorization header line, a cURL
 * argument, or a variable that holds such a value.
 * @param line without its line break
 * @param cursor in UTF-16 units
 * @returns offsets in the line; undefined if the cursor isn't in such a value
 */
export function findAuthorizationValueRange(line: string, cursor: number): TextRange | undefined {
	const isInside = ({ start, end }: TextRange) => start <= cursor && cursor <= Math.max(end, start);
	const header = HEADER_PATTERN.exec(line);
	if (header) {
		// Trailing white space before the cursor is replaced, too.
		const range = { start: header[0].length, end: Math.max(line.trimEnd().length, cursor) };
		return isInside(range) ? range : undefined;
	}
	return Array.from(line.matchAll(ARGUMENT_PATTERN), ({ index, 0: { length }, 1: quote }) => {
		const closing = line.indexOf(quote!, index + length);
		return { start: index + length, end: closing < 0 ? line.length : closing };
	}).find(isInside);
}
