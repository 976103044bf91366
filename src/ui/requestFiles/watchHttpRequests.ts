import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Disposable } from '../../domain/ports';
import { readClientRequest, type ClientRequest } from '../../requestFiles/clientRequests';

/** Node.js publishes each request of its HTTP client here when it's created, before anything is sent. */
const CHANNEL = 'http.client.request.created';

/** Calls `listener` with each request that REST Client, httpYac, or any other extension of this window creates with Node.js's HTTP client. */
export function watchHttpRequests(listener: (request: ClientRequest) => void): Disposable {
	const handle = (message: unknown) => {
		const request = readClientRequest(message);
		if (request) {
			listener(request);
		}
	};
	subscribe(CHANNEL, handle);
	return { dispose: () => void unsubscribe(CHANNEL, handle) };
}
