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

/** Rows of a map by key. */
export type Rows = ReadonlyMap<string, string>;

/** The tokens of one version of a policy, which the keys of their rows start with. */
export interface TokenRows {
	readonly root: string;
	/** Rows of this version, and perhaps of others. */
	readonly rows: Rows;
}

/** Compares the rows of a map with those that it should have. */
export function diffRows(current: Rows, wanted: Rows): RowChanges & { readonly added: readonly MapRow[] } {
	const added: MapRow[] = [];
	const changed: MapRow[] = [];
	const removed: string[] = [];
	for (const [key, value] of wanted) {
		const currentValue = current.get(key);
		if (currentValue !== value) {
			(currentValue === undefined ? added : changed).push([key, value]);
		}
	}
	for (const key of current.keys()) {
		if (!wanted.has(key)) {
			removed.push(key);
		}
	}
	return { added, changed, removed };
}

/** Returns the rows after changes. */
export function applyRowChanges(rows: Rows, { changed, removed }: RowChanges): Rows {
	const result = new Map(rows);
	changed.forEach(([key, value]) => result.set(key, value));
	removed.forEach((key) => result.delete(key));
	return result;
}

/** Compares the tokens of two policies. */
export function diffTokens(current: TokenRows, wanted: TokenRows): TokenChanges {
	const added: string[] = [];
	const changed: string[] = [];
	const removed: string[] = [];
	forEachToken(wanted, (id, row) => {
		const currentRow = current.rows.get(`${current.root}/${id}`);
		if (currentRow !== row) {
			(currentRow === undefined ? added : changed).push(id);
		}
	});
	forEachToken(current, (id) => {
		if (!wanted.rows.has(`${wanted.root}/${id}`)) {
			removed.push(id);
		}
	});
	return { added: added.sort(), changed: changed.sort(), removed: removed.sort() };
}

/**
 * Returns what denies the keys that the new policy denies, while the old one still applies: rows to delete of deleted tokens, and of those without
 * a key that stays valid; rows to change of those that are disabled or lose one of their keys. What a token can access stays as it is, so every
 * request is still allowed or denied as either policy does it.
 * @param current the policy that applies
 */
export function planRevocations(current: TokenRows, wanted: TokenRows): RowChanges {
	const changed: MapRow[] = [];
	const removed: string[] = [];
	forEachToken(current, (id, row) => {
		const newRow = wanted.rows.get(`${wanted.root}/${id}`);
		const restrictedRow = newRow === undefined ? undefined : restrictTokenRow(row, newRow);
		if (restrictedRow === undefined) {
			removed.push(`${current.root}/${id}`);
		} else if (restrictedRow !== row) {
			changed.push([`${current.root}/${id}`, restrictedRow]);
		}
	});
	return { changed, removed };
}

function forEachToken({ root, rows }: TokenRows, action: (id: string, row: string) => void): void {
	const prefix = `${root}/`;
	for (const [key, row] of rows) {
		if (key.startsWith(prefix)) {
			action(key.slice(prefix.length), row);
		}
	}
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
