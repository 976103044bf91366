import type { ReferencingRequest } from './referencingRequests';
import { findRequestAt } from './requestFileParser';

/** What is known about an HTTP client. */
export interface ClientCapabilities {
	readonly id: string;
	/** Whether it can only send the first request of a block between separators, or of a Markdown fence. */
	readonly sendsOnlyFirstRequest: boolean;
}

/** Returns whether the client sends exactly this request, rather than another one in the same block. */
export function canClientSend(
	{ sendsOnlyFirstRequest }: Pick<ClientCapabilities, 'sendsOnlyFirstRequest'>,
	{ isFirstInBlock }: Pick<ReferencingRequest, 'isFirstInBlock'>,
): boolean {
	return isFirstInBlock || !sendsOnlyFirstRequest;
}

/**
 * Chooses the request at `offset` (in UTF-16 units) and the first client that can send it.
 * @param clientId the only client to consider, if given
 */
export function chooseSendTarget<T extends ClientCapabilities>(
	requests: readonly ReferencingRequest[],
	offset: number,
	clients: readonly T[],
	clientId?: string,
): { readonly found: ReferencingRequest; readonly client: T } | undefined {
	const request = findRequestAt(
		requests.map((item) => item.request),
		offset,
	);
	const found = requests.find((item) => item.request === request);
	const client = found && clients.find((item) => (clientId ?? item.id) === item.id && canClientSend(item, found));
	return client && { found, client };
}
