import pLimit from 'p-limit';
import { problem, type ProblemError } from '../../domain/problems';
import type { ParsedPage } from './platformSchemas';

/** A part of a list, as it was at one moment. */
export interface ListPage<T> extends ParsedPage<T> {
	/** How many items the whole list had; undefined when that was not said. */
	readonly total: number | undefined;
}

/** What has been read of a list. */
export interface ListItems<T> {
	/** By their ids, in the order of the list. */
	readonly items: ReadonlyMap<string, T>;
	/** How many items could not be understood. */
	readonly unreadableCount: number;
}

/** Reads the items of a list from an offset on, so many at most. */
type ReadPage<T> = (offset: number, limit: number) => Promise<ListPage<T>>;

/** How far the reading of a list is. */
export interface ListProgress<T> {
	/** How many items have been read. */
	readonly loaded: number;
	/** How many the list is said to have; null when that was not said. */
	readonly total: number | null;
	/** Those read. */
	readonly getItems: () => ListItems<T>;
}

/** Called when there is more. */
type OnProgress<T> = (progress: ListProgress<T>) => void;

/** Items asked for at a time. */
const PAGE_SIZE = 100;
/** Pages under way at once: fewer than the calls of an account, so that what its user does meanwhile need not wait for the list. */
const MAX_CONCURRENT_PAGES = 3;
/** How many items neighbouring pages have in common at first. */
const INITIAL_OVERLAP = 1;
/** The same where too many have moved for that, try by try. */
const WIDER_OVERLAPS = [30, 60, 60, 60];
/** Calls that a list may take: enough for 10 000 items of a server that gives a tenth of what it is asked for. */
const MAX_REQUESTS = 2_000;

interface PageAtOffset<T> extends ListPage<T> {
	readonly offset: number;
}

type ReadPageAt<T> = (offset: number) => Promise<PageAtOffset<T>>;

/**
 * Reads a list whole, whose items have an order that stays. While others are deleted, items move up, and one can slip through from the
 * page to come to the page just read. As long as neighbouring pages share an item that has not happened; where they share none, the
 * list is read again from there. So what is in the list all the while is found, once, unless more changes than can be followed; what
 * comes or goes meanwhile may be found or not.
 */
export async function readFullList<T>(read: ReadPage<T>, onProgress: OnProgress<T> = () => undefined): Promise<ListItems<T>> {
	let requestCount = 0;
	const readAt = async (offset: number) => {
		if (++requestCount > MAX_REQUESTS) {
			throw listTooLongProblem();
		}
		return { ...(await read(offset, PAGE_SIZE)), offset };
	};
	let pages = await readRemainingPages([await readAt(0)], INITIAL_OVERLAP, readAt, onProgress);
	for (const overlap of WIDER_OVERLAPS) {
		const gap = findFirstGap(pages);
		if (gap === pages.length) {
			break;
		}
		pages = await readRemainingPages(await closeGap(pages.slice(0, gap), overlap, readAt), overlap, readAt, onProgress);
	}
	return collectItems(pages);
}

/** The pages and one more, which shares an item with the last: from as far ahead in the list as that has now moved. */
async function closeGap<T>(pages: readonly PageAtOffset<T>[], overlap: number, readAt: ReadPageAt<T>): Promise<readonly PageAtOffset<T>[]> {
	const last = pages.at(-1)!;
	const stride = Math.max(last.ids.length - overlap, 1);
	let page = await readAt(last.offset);
	while (page.offset > 0 && !haveCommonItem(last, page)) {
		page = await readAt(Math.max(page.offset - stride, 0));
	}
	return haveCommonItem(last, page) ? [...pages, page] : [page];
}

/** The pages known, and those after them up to the end of the list. */
async function readRemainingPages<T>(
	knownPages: readonly PageAtOffset<T>[],
	overlap: number,
	readAt: ReadPageAt<T>,
	onProgress: OnProgress<T>,
): Promise<readonly PageAtOffset<T>[]> {
	const limit = pLimit(MAX_CONCURRENT_PAGES);
	let pages = [...knownPages];
	const addPage = (page: PageAtOffset<T>) => {
		// Those known may be from further behind in the list than they would be now.
		const newPages = [...pages.slice(knownPages.length), page].sort((one, other) => one.offset - other.offset);
		pages = [...knownPages, ...newPages];
		reportProgress();
	};
	const reportProgress = () => {
		const { total = null } = pages.at(-1)!;
		const loaded = pages.reduce((sum, { ids }) => sum + ids.length - overlap, overlap);
		const currentPages = pages;
		onProgress({ loaded: Math.min(loaded, total ?? loaded), total, getItems: () => collectItems(currentPages) });
	};
	reportProgress();
	// A server may give less at a time than it is asked for.
	const stride = Math.max(pages[0]!.ids.length - overlap, 1);
	while (!isEndOfList(pages)) {
		const { offset, ids, total = 0 } = pages.at(-1)!;
		const count = Math.max(Math.ceil((total - offset - ids.length) / stride), 1);
		if (count > MAX_REQUESTS) {
			throw listTooLongProblem();
		}
		const offsets = Array.from({ length: count }, (_, index) => offset + (index + 1) * stride);
		try {
			await Promise.all(offsets.map((one) => limit(async () => addPage(await readAt(one)))));
		} finally {
			// After a failure nobody waits for the rest.
			limit.clearQueue();
		}
	}
	return pages;
}

function listTooLongProblem(): ProblemError {
	return problem(
		"Couldn't read the whole list because it's too long or never ends. Contact CloudBlue Connect support, and reload the account later.",
	);
}

/** Whether the list has nothing after these pages. */
function isEndOfList<T>(pages: readonly PageAtOffset<T>[]): boolean {
	const [before, last] = pages.length > 1 ? pages.slice(-2) : [undefined, pages[0]];
	const { ids, offset, total } = last!;
	// A server that takes no heed of the offset would go on for ever.
	const isRepeated = before !== undefined && offset > before.offset && ids.length > 1 && ids[0] === before.ids[0];
	return ids.length === 0 || isRepeated || (total === undefined ? ids.length < PAGE_SIZE : offset + ids.length >= total);
}

/** The first page that shares no item with the page before it; the number of pages when there is none. */
function findFirstGap<T>(pages: readonly PageAtOffset<T>[]): number {
	const gap = pages.findIndex((page, index) => index > 0 && !haveCommonItem(pages[index - 1]!, page));
	return gap === -1 ? pages.length : gap;
}

function haveCommonItem<T>(one: PageAtOffset<T>, other: PageAtOffset<T>): boolean {
	const ids = new Set(one.ids);
	return other.ids.some((id) => id !== undefined && ids.has(id));
}

function collectItems<T>(pages: readonly PageAtOffset<T>[]): ListItems<T> {
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
	return { items, unreadableCount: unreadable.size };
}
