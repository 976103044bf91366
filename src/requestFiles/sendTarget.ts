import { findRequestAt } from './requestFileParser';
import type { ClientSyntax, RequestUse } from './requestUses';

/** What is known about an HTTP client. */
export interface ClientCapabilities {
	readonly id: string;
	readonly syntax: ClientSyntax;
}

/** Lists the environment variables of tokens that the client resolves when it sends the request; none if it doesn't send this request. */
export function listSentVariables(
	{ syntax }: Pick<ClientCapabilities, 'syntax'>,
	{ variablesByClient }: Pick<RequestUse, 'variablesByClient'>,
): readonly string[] {
	return variablesByClient[syntax] ?? [];
}

/**
 * Chooses the request at `offset` (in UTF-16 units) and the first client that can send it.
 * @param clientId the only client to consider, if given
 */
export function chooseSendTarget<T extends ClientCapabilities>(
	requests: readonly RequestUse[],
	offset: number,
	clients: readonly T[],
	clientId?: string,
): { readonly found: RequestUse; readonly client: T } | undefined {
	const request = findRequestAt(
		requests.map((item) => item.request),
		offset,
	);
	const found = requests.find((item) => item.request === request);
	const client = found && clients.find((item) => (clientId ?? item.id) === item.id && listSentVariables(item, found).length > 0);
	return client && { found, client };
}
