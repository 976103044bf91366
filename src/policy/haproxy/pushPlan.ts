import type { MapRow } from './mapRows';

/** Rows to change and to delete in a map. */
export interface RowChanges {
	readonly changed: readonly MapRow[];
	/** Keys. */
	readonly removed: readonly string[];
}

/** Tokens that a push changes, by ID. */
export interface TokenChanges {
	readonly added: readonly string[];
	readonly changed: readonly string[];
	readonly removed: readonly string[];
}

/** Returns rows by key. Of a key that occurs several times with different values, the value is empty, which no row has. */
export function indexRows(rows: readonly MapRow[]): ReadonlyMap<string, string> {
	const indexed = new Map<string, string>();
	for (const [key, value] of rows) {
		indexed.set(key, indexed.has(key) && indexed.get(key) !== value ? '' : value);
	}
	return indexed;
}

/** Compares the rows of a map with those that it should have. */
export function diffRows(
	current: ReadonlyMap<string, string>,
	wanted: ReadonlyMap<string, string>,
): RowChanges & { readonly added: readonly MapRow[] } {
	return {
		added: [...wanted].filter(([key]) => !current.has(key)),
		changed: [...wanted].filter(([key, value]) => current.has(key) && current.get(key) !== value),
		removed: [...current.keys()].filter((key) => !wanted.has(key)),
	};
}

/** Returns the rows after changes. */
export function applyRowChanges(rows: ReadonlyMap<string, string>, { changed, removed }: RowChanges): ReadonlyMap<string, string> {
	const result = new Map([...rows, ...changed]);
	removed.forEach((key) => result.delete(key));
	return result;
}

/** Returns the value of each token's row in this version of the policy, by token ID. */
export function getTokenRows(rows: ReadonlyMap<string, string>, root: string): ReadonlyMap<string, string> {
	const prefix = `${root}/`;
	return new Map([...rows].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]));
}

/** Compares the tokens of two policies. */
export function diffTokens(current: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): TokenChanges {
	const { added, changed, removed } = diffRows(current, wanted);
	const getIds = (rows: readonly MapRow[]) => rows.map(([id]) => id).sort();
	return { added: getIds(added), changed: getIds(changed), removed: [...removed].sort() };
}

/**
 * Returns what denies the keys that the new policy denies, while the old one still applies: rows to delete of deleted tokens, and of those without
 * a key that stays valid; rows to change of those that are disabled or lose one of their keys. What a token can access stays as it is, so every
 * request is still allowed or denied as either policy does it.
 * @param current tokens' rows of the policy that applies, by ID
 */
export function planRevocations(current: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>, root: string): RowChanges {
	const changed: MapRow[] = [];
	const removed: string[] = [];
	for (const [id, row] of current) {
		const newRow = wanted.get(id);
		const restrictedRow = newRow === undefined ? undefined : restrictTokenRow(row, newRow);
		if (restrictedRow === undefined) {
			removed.push(`${root}/${id}`);
		} else if (restrictedRow !== row) {
			changed.push([`${root}/${id}`, restrictedRow]);
		}
	}
	return { changed, removed };
}

/** A key's hash, and its expiration in milliseconds since 1970; 0 is never. */
type RowKey = readonly [hash: string, expires: string];

const NO_KEY: RowKey = ['-', '0'];

/** Returns a token's row with only the keys that are valid according to both rows, or undefined if there's none. */
function restrictTokenRow(row: string, newRow: string): string | undefined {
	if (row === newRow) {
		return row;
	}
	const [hash = '', expires = '', previousHash = '', previousExpires = '', enabled, ...rules] = row.split(',');
	const [newHash = '', newExpires = '', newPreviousHash = '', newPreviousExpires = '', newEnabled] = newRow.split(',');
	const newExpirations = new Map([
		[newPreviousHash, newPreviousExpires],
		[newHash, newExpires],
	]);
	const keys = [[hash, expires] as const, [previousHash, previousExpires] as const].flatMap(([keyHash, keyExpires]): RowKey[] => {
		const newKeyExpires = newExpirations.get(keyHash);
		return keyHash === NO_KEY[0] || newKeyExpires === undefined ? [] : [[keyHash, findEarlier(keyExpires, newKeyExpires)]];
	});
	const [first, second = NO_KEY] = keys;
	return first && [...first, ...second, enabled === '1' ? newEnabled : enabled, ...rules].join(',');
}

function findEarlier(expires: string, otherExpires: string): string {
	return Number(expires || 0) === 0 || (Number(otherExpires) > 0 && Number(otherExpires) < Number(expires)) ? otherExpires : expires;
}
