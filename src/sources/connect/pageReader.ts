import type { ConnectClient } from './connectClient';
import { invalidResponseError } from './connectErrors';
import type { ListPage } from './listReader';
import type { ParsedPage } from './platformSchemas';

/**
 * Creates a function that reads pages of one of the platform's lists. It rejects pages that are longer than requested.
 * @param path with a query that sets the order, which must be the same for each page
 * @param parse returns undefined if a response's body isn't such a list
 */
export function createPageReader<T>(
	client: ConnectClient,
	path: string,
	parse: (body: unknown) => ParsedPage<T> | undefined,
): (offset: number, limit: number) => Promise<ListPage<T>> {
	return async (offset, limit) => {
		const { body, total, length } = await client.get(`${path}&limit=${limit}&offset=${offset}`);
		const page = parse(body);
		if (!page || page.ids.length > limit) {
			throw invalidResponseError(client.host);
		}
		return { ...page, total, length };
	};
}
