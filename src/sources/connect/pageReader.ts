import type { ConnectClient } from './connectClient';
import { invalidResponseError } from './connectErrors';
import type { ListPage } from './listReader';
import type { ParsedPage } from './platformSchemas';

/**
 * Reads a list of the platform part by part.
 * @param path with a query, which says the order
 * @param parse what an answer's body is; undefined when it is no such list
 */
export function createPageReader<T>(
	client: ConnectClient,
	path: string,
	parse: (body: unknown) => ParsedPage<T> | undefined,
): (offset: number, limit: number) => Promise<ListPage<T>> {
	return async (offset, limit) => {
		const { body, total } = await client.get(`${path}&limit=${limit}&offset=${offset}`);
		const page = parse(body);
		if (!page) {
			throw invalidResponseError(client.host);
		}
		return { ...page, total };
	};
}
