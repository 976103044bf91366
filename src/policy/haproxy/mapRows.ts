import * as v from 'valibot';

/** Key and value of a row of a map. */
export type MapRow = readonly [key: string, value: string];

/** A row that can be written to a map file, and sent to HAProxy, without being read as anything else than this row. */
const mapRowSchema = v.tuple([
	// A key that starts with # would be a comment in a file, and the address of a row in a command.
	v.pipe(v.string(), v.regex(/^[^ #\p{Cc}][^ \p{Cc}]*$/u)),
	// HAProxy removes spaces at the start of a value.
	v.pipe(v.string(), v.regex(/^[^ \p{Cc}]\P{Cc}*$/u)),
]);

/**
 * Checks that HAProxy reads a row as this key and value.
 * @throws {Error} if it wouldn't, because of a control character, or spaces where there may be none
 */
export function checkMapRow(row: MapRow): void {
	if (!v.is(mapRowSchema, row)) {
		throw new Error(`Invalid row in a map: ${JSON.stringify(row)}. Export the policy again.`);
	}
}

/**
 * Reads the text of a map file, without comments.
 * @throws {Error} if a row has no value or can't be sent to HAProxy
 */
export function parseMapFile(text: string): ReadonlyMap<string, string> {
	const rows = new Map<string, string>();
	for (const line of text.split('\n')) {
		if (line !== '' && !line.startsWith('#')) {
			const end = line.indexOf(' ');
			const row: MapRow = [line.slice(0, end === -1 ? undefined : end), end === -1 ? '' : line.slice(end + 1)];
			checkMapRow(row);
			rows.set(...row);
		}
	}
	return rows;
}
