import * as v from 'valibot';
import { NO_FILTER, SORT_ORDERS, STATUS_ORDER, type Arrangement } from './arrangement';

const filterSchema = v.object({
	statuses: v.fallback(v.array(v.picklist(STATUS_ORDER)), []),
	extensions: v.fallback(v.array(v.string()), []),
	text: v.fallback(v.string(), ''),
});

const arrangementSchema = v.object({
	sort: v.fallback(v.picklist(SORT_ORDERS), 'name'),
	filter: v.fallback(filterSchema, NO_FILTER),
});

/** What was kept of the view, wherever it makes sense; by name and without a filter otherwise. */
export function parseArrangement(stored: unknown): Arrangement {
	return v.parse(v.fallback(arrangementSchema, { sort: 'name', filter: NO_FILTER }), stored);
}
