import pLimit from 'p-limit';
import { problem, type ProblemError } from '../../domain/problems';
import type { ParsedPage } from './platformSchemas';

/** A page of a list, as it was when it was requested. */
export interface ListPage<T> extends ParsedPage<T> {
	/** Number of items in the whole list; undefined if the response doesn't contain it. */
	readonly total: number | undefined;
	/** Length of the response's text. */
	readonly length: number;
}

/** The items of a list that have been read so far. */
export interface ListItems<T> {
	/** By ID, in the order of the list. */
	readonly items: ReadonlyMap<string, T>;
	/** Number of items that couldn't be parsed. */
	readonly unreadableCount: number;
}

/** Reads up to `limit` items of a list, starting at `offset`. */
type ReadPage<T> = (offset: number, limit: number) => Promise<ListPage<T>>;

/** How much of a list has been read. */
export interface ListProgress<T> {
	/** Number of items that have been read. */
	readonly loaded: number;
	/** Number of items in the whole list; null if the responses don't contain it. */
	readonly total: number | null;
	/** Returns the items that have been read. Takes time in proportion to their number. */
	readonly getItems: () => ListItems<T>;
}

/** Called after each page. */
type OnProgress<T> = (progress: ListProgress<T>) => void;

/** Number of items to request per page. */
const PAGE_SIZE = 100;
/** Lower than the limit of concurrent requests per account, so the user's actions don't wait for the list. */
const MAX_CONCURRENT_PAGES = 3;
/** Number of items that two adjacent pages have in common on the first attempt. */
const INITIAL_OVERLAP = 1;
/** The same for further attempts, which are needed if more items moved between two requests. */
const WIDER_OVERLAPS = [30, 60, 60, 60];
/** Maximum number of requests per list: enough for 10,000 items from a server whose pages have a tenth of the requested size. */
const MAX_REQUESTS = 2_000;
/** Twice as many items as the largest account that is tested. Protects the memory. */
const MAX_ITEMS = 20_000;
/** Maximum length of all responses for a list: 3 KB for each of the items. Protects the memory. */
const MAX_LIST_LENGTH = 64 * 2 ** 20;

interface PageAtOffset<T> extends ListPage<T> {
	readonly offset: number;
}

type ReadPageAt<T> = (offset: number) => Promise<PageAtOffset<T>>;

/**
 * Reads a whole list whose items have a stable order. When items are deleted during the read, later items move up, so one of them can
 * move from a page that hasn't been requested yet to one that already was, and be missed. Therefore adjacent pages overlap: if they have
 * an item in common, nothing was missed between them; if not, the list is read again from there. The result contains each item that was in
 * the list all the time exactly once, unless the list changes too fast. Items added or deleted during the read may or may not be included.
 */
export async function readFullList<T>(read: ReadPage<T>, onProgress: OnProgress<T> = () => undefined): Promise<ListItems<T>> {
	let requestCount = 0;
	let listLength = 0;
	const readAt = async (offset: number) => {
		if (++requestCount > MAX_REQUESTS || offset >= MAX_ITEMS || listLength > MAX_LIST_LENGTH) {
			throw listTooLongProblem();
		}
		const page = await read(offset, PAGE_SIZE);
		listLength += page.length;
		return { ...page, offset };
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

/** Appends a page that has an item in common with the last one, searching backward from the offset where that page was. */
async function closeGap<T>(pages: readonly PageAtOffset<T>[], overlap: number, readAt: ReadPageAt<T>): Promise<readonly PageAtOffset<T>[]> {
	const last = pages.at(-1)!;
	const stride = Math.max(last.ids.length - overlap, 1);
	let page = await readAt(last.offset);
	while (page.offset > 0 && !haveCommonItem(last, page)) {
		page = await readAt(Math.max(page.offset - stride, 0));
	}
	return haveCommonItem(last, page) ? [...pages, page] : [page];
}

/** Reads the pages after `knownPages`, up to the end of the list. Returns all pages. */
async function readRemainingPages<T>(
	knownPages: readonly PageAtOffset<T>[],
	overlap: number,
	readAt: ReadPageAt<T>,
	onProgress: OnProgress<T>,
): Promise<readonly PageAtOffset<T>[]> {
	const limit = pLimit(MAX_CONCURRENT_PAGES);
	let pages = [...knownPages];
	const addPage = (page: PageAtOffset<T>) => {
		// Offsets of known pages can be outdated, so only new pages are sorted.
		const newPages = [...pages.slice(knownPages.length), page].sort((a, b) => a.offset - b.offset);
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
	// A server can return fewer items per page than requested.
	const stride = Math.max(pages[0]!.ids.length - overlap, 1);
	while (!isEndOfList(pages)) {
		const { offset, ids, total = 0 } = pages.at(-1)!;
		const count = Math.max(Math.ceil((total - offset - ids.length) / stride), 1);
		if (count > MAX_REQUESTS) {
			throw listTooLongProblem();
		}
		const offsets = Array.from({ length: count }, (_, index) => offset + (index + 1) * stride);
		try {
			await Promise.all(offsets.map((nextOffset) => limit(async () => addPage(await readAt(nextOffset)))));
		} finally {
			// After a failure, the remaining pages aren't needed.
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

/** Whether the list has no items after these pages. */
function isEndOfList<T>(pages: readonly PageAtOffset<T>[]): boolean {
	const [previous, last] = pages.length > 1 ? pages.slice(-2) : [undefined, pages[0]];
	const { ids, offset, total } = last!;
	// A server that ignores the offset would never return an empty page.
	const isRepeated = previous !== undefined && offset > previous.offset && ids.length > 1 && ids[0] === previous.ids[0];
	return ids.length === 0 || isRepeated || (total === undefined ? ids.length < PAGE_SIZE : offset + ids.length >= total);
}

/** Returns the index of the first page that has no item in common with the previous one, or the number of pages if there's none. */
function findFirstGap<T>(pages: readonly PageAtOffset<T>[]): number {
	const gap = pages.findIndex((page, index) => index > 0 && !haveCommonItem(pages[index - 1]!, page));
	return gap === -1 ? pages.length : gap;
}

function haveCommonItem<T>(a: PageAtOffset<T>, b: PageAtOffset<T>): boolean {
	const ids = new Set(a.ids);
	return b.ids.some((id) => id !== undefined && ids.has(id));
}

function collectItems<T>(pages: readonly PageAtOffset<T>[]): ListItems<T> {
	const items = new Map<string, T>();
	const unreadable = new Set<string | number>();
	for (const { ids, items: pageItems, offset } of pages) {
		pageItems.forEach((item, index) => {
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
