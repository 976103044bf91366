import * as v from 'valibot';
import { noFilter, sortOrders, statuses, type Arrangement } from '../../domain/arrangement';

const filter = v.object({
	statuses: v.fallback(v.array(v.picklist(statuses)), []),
	extensions: v.fallback(v.array(v.string()), []),
	text: v.fallback(v.string(), ''),
});

const schema = v.object({
	sort: v.fallback(v.picklist(sortOrders), 'name'),
	filter: v.fallback(filter, noFilter),
});

/** What was kept of the view, wherever it makes sense; by name and without a filter otherwise. */
export function parseArrangement(kept: unknown): Arrangement {
	return v.parse(v.fallback(schema, { sort: 'name', filter: noFilter }), kept);
}
