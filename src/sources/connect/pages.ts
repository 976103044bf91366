import type { Client } from './client';
import { notUnderstood } from './errors';
import type { Page } from './paging';
import type { WirePage } from './wire';

/**
 * Reads a list of the platform part by part.
 * @param path with a query, which says the order
 * @param read what an answer's body is; undefined when it is no such list
 */
export function pagesOf<T>(
	client: Client,
	path: string,
	read: (body: unknown) => WirePage<T> | undefined,
): (offset: number, limit: number) => Promise<Page<T>> {
	return async (offset, limit) => {
		const { body, total } = await client.get(`${path}&limit=${limit}&offset=${offset}`);
		const page = read(body);
		if (!page) {
			throw notUnderstood(client.host);
		}
		return { ...page, total };
	};
}
