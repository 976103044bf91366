/** Key and value of a row of a map. */
export type MapRow = readonly [key: string, value: string];

/** A key that starts with # would be a comment in a file, and the address of a row in a command. */
const KEY_PATTERN = /^[^ #\p{Cc}][^ \p{Cc}]*$/u;
/** HAProxy removes spaces at the start of a value. */
const VALUE_PATTERN = /^[^ \p{Cc}]\P{Cc}*$/u;

/**
 * Checks that HAProxy reads a row as this key and value, whether it's in a file or a command.
 * @throws {Error} if it wouldn't, because of a control character, or spaces where there may be none
 */
export function checkMapRow([key, value]: MapRow): void {
	if (!KEY_PATTERN.test(key) || !VALUE_PATTERN.test(value)) {
		throw new Error(`Invalid row in a map: ${JSON.stringify([key, value])}. Export the policy again.`);
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
