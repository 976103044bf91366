/** What's left of two lists without their common start and their common end. */
export interface ListDifference<T> {
	/** Number of elements in the common start. */
	readonly start: number;
	readonly removed: readonly T[];
	readonly added: readonly T[];
}

/** Compares two lists by the identity of their elements. An element that moved is both removed and added. */
export function findListDifference<T>(before: readonly T[], after: readonly T[]): ListDifference<T> {
	const maxCount = Math.min(before.length, after.length);
	let start = 0;
	while (start < maxCount && before[start] === after[start]) {
		start++;
	}
	let end = 0;
	while (end < maxCount - start && before[before.length - 1 - end] === after[after.length - 1 - end]) {
		end++;
	}
	return { start, removed: before.slice(start, before.length - end), added: after.slice(start, after.length - end) };
}
