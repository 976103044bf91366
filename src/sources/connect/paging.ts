import pLimit from 'p-limit';
import { problem, type ProblemError } from '../../domain/problems';
import type { WirePage } from './wire';

/** A part of a list, as it was at one moment. */
export interface Page<T> extends WirePage<T> {
	/** How many items the whole list had; undefined when that was not said. */
	readonly total: number | undefined;
}

/** What has been read of a list. */
export interface Collected<T> {
	/** By their ids, in the order of the list. */
	readonly items: ReadonlyMap<string, T>;
	/** How many items could not be understood. */
	readonly unreadable: number;
}

/** Reads the items of a list from an offset on, so many at most. */
type ReadPage<T> = (offset: number, limit: number) => Promise<Page<T>>;

/** How far the reading of a list is. */
export interface Progress<T> {
	/** How many items have been read. */
	readonly known: number;
	/** How many the list is said to have; null when that was not said. */
	readonly total: number | null;
	/** Those read. */
	readonly soFar: () => Collected<T>;
}

/** Called when there is more. */
type OnProgress<T> = (progress: Progress<T>) => void;

/** Items asked for at a time. */
const LIMIT = 100;
/** Pages under way at once: fewer than the calls of an account, so that what its user does meanwhile need not wait for the list. */
const AT_ONCE = 3;
/** How many items neighbouring pages have in common at first. */
const OVERLAP = 1;
/** The same where too many have moved for that, try by try. */
const WIDER_OVERLAPS = [30, 60, 60, 60];
/** Calls that a list may take: enough for 10 000 items of a server that gives a tenth of what it is asked for. */
const MOST_CALLS = 2_000;

interface PlacedPage<T> extends Page<T> {
	readonly offset: number;
}

type ReadAt<T> = (offset: number) => Promise<PlacedPage<T>>;

/**
 * Reads a list whole, whose items have an order that stays. While others are deleted, items move up, and one can slip through from the
 * page to come to the page just read. As long as neighbouring pages share an item that has not happened; where they share none, the
 * list is read again from there. So what is in the list all the while is found, once, unless more changes than can be followed; what
 * comes or goes meanwhile may be found or not.
 */
export async function readAll<T>(read: ReadPage<T>, onProgress: OnProgress<T> = () => undefined): Promise<Collected<T>> {
	let calls = 0;
	const readAt = async (offset: number) => {
		if (++calls > MOST_CALLS) {
			throw endless();
		}
		return { ...(await read(offset, LIMIT)), offset };
	};
	let pages = await readOn([await readAt(0)], OVERLAP, readAt, onProgress);
	for (const overlap of WIDER_OVERLAPS) {
		const gap = firstGap(pages);
		if (gap === pages.length) {
			break;
		}
		pages = await readOn(await bridge(pages.slice(0, gap), overlap, readAt), overlap, readAt, onProgress);
	}
	return collect(pages);
}

/** The pages and one more, which shares an item with the last: from as far ahead in the list as that has now moved. */
async function bridge<T>(pages: readonly PlacedPage<T>[], overlap: number, readAt: ReadAt<T>): Promise<readonly PlacedPage<T>[]> {
	const last = pages.at(-1)!;
	const stride = Math.max(last.ids.length - overlap, 1);
	let page = await readAt(last.offset);
	while (page.offset > 0 && !share(last, page)) {
		page = await readAt(Math.max(page.offset - stride, 0));
	}
	return share(last, page) ? [...pages, page] : [page];
}

/** The pages known, and those after them up to the end of the list. */
async function readOn<T>(
	known: readonly PlacedPage<T>[],
	overlap: number,
	readAt: ReadAt<T>,
	onProgress: OnProgress<T>,
): Promise<readonly PlacedPage<T>[]> {
	const limit = pLimit(AT_ONCE);
	let pages = [...known];
	const add = (page: PlacedPage<T>) => {
		// Those known may be from further behind in the list than they would be now.
		const further = [...pages.slice(known.length), page].sort((one, other) => one.offset - other.offset);
		pages = [...known, ...further];
		tell();
	};
	const tell = () => {
		const { total = null } = pages.at(-1)!;
		const read = pages.reduce((sum, { ids }) => sum + ids.length - overlap, overlap);
		const shown = pages;
		onProgress({ known: Math.min(read, total ?? read), total, soFar: () => collect(shown) });
	};
	tell();
	// A server may give less at a time than it is asked for.
	const stride = Math.max(pages[0]!.ids.length - overlap, 1);
	while (!isLast(pages)) {
		const { offset, ids, total = 0 } = pages.at(-1)!;
		const count = Math.max(Math.ceil((total - offset - ids.length) / stride), 1);
		if (count > MOST_CALLS) {
			throw endless();
		}
		const offsets = Array.from({ length: count }, (_, index) => offset + (index + 1) * stride);
		try {
			await Promise.all(offsets.map((one) => limit(async () => add(await readAt(one)))));
		} finally {
			// After a failure nobody waits for the rest.
			limit.clearQueue();
		}
	}
	return pages;
}

function endless(): ProblemError {
	return problem(
		'The list is too long to be read, or does not come to an end. Ask the people of the platform why, and reload the account later.',
	);
}

/** Whether the list has nothing after these pages. */
function isLast<T>(pages: readonly PlacedPage<T>[]): boolean {
	const [before, last] = pages.length > 1 ? pages.slice(-2) : [undefined, pages[0]];
	const { ids, offset, total } = last!;
	// A server that takes no heed of the offset would go on for ever.
	const isRepeated = before !== undefined && offset > before.offset && ids.length > 1 && ids[0] === before.ids[0];
	return ids.length === 0 || isRepeated || (total === undefined ? ids.length < LIMIT : offset + ids.length >= total);
}

/** The first page that shares no item with the page before it; the number of pages when there is none. */
function firstGap<T>(pages: readonly PlacedPage<T>[]): number {
	const gap = pages.findIndex((page, index) => index > 0 && !share(pages[index - 1]!, page));
	return gap === -1 ? pages.length : gap;
}

function share<T>(one: PlacedPage<T>, other: PlacedPage<T>): boolean {
	const ids = new Set(one.ids);
	return other.ids.some((id) => id !== undefined && ids.has(id));
}

function collect<T>(pages: readonly PlacedPage<T>[]): Collected<T> {
	const items = new Map<string, T>();
	const unreadable = new Set<string | number>();
	for (const { ids, items: found, offset } of pages) {
		found.forEach((item, index) => {
			const id = ids[index];
			if (item !== undefined && id !== undefined) {
				items.set(id, item);
			} else {
				unreadable.add(id ?? offset + index);
			}
		});
	}
	return { items, unreadable: unreadable.size };
}
