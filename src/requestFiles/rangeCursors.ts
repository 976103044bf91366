import type { Line, TextRange } from './lines';

/** Returns a function that returns the items in lines from `start` to before `end`. Call it with ascending ranges that don't overlap. */
export function createRangeCursor<T extends { readonly line: Line }>(items: readonly T[]): (start: number, end: number) => readonly T[] {
	let next = 0;
	return (start, end) => {
		while (next < items.length && items[next]!.line.start < start) {
			next++;
		}
		const first = next;
		while (next < items.length && items[next]!.line.start < end) {
			next++;
		}
		return items.slice(first, next);
	};
}

/** Returns a function that returns whether an offset is in one of the ordered ranges. Call it with ascending offsets. */
export function createRangeLookup(ranges: readonly TextRange[]): (offset: number) => boolean {
	let next = 0;
	return (offset) => {
		while (next < ranges.length && ranges[next]!.end < offset) {
			next++;
		}
		return next < ranges.length && ranges[next]!.start <= offset;
	};
}
