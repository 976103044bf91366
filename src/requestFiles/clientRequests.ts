import * as v from 'valibot';
import type { OutgoingRequest } from './releasedKeys';

/** What Node.js publishes about a request that its HTTP client creates. */
const messageSchema = v.object({
	request: v.object({
		protocol: v.string(),
		host: v.string(),
		path: v.string(),
		getHeaders: v.function(),
		destroy: v.function(),
	}),
});

/** A request of Node.js's HTTP client that hasn't been sent. */
export interface ClientRequest {
	readonly outgoing: OutgoingRequest;
	/** Makes the request fail with this error. Nothing is sent. */
	readonly cancel: (error: Error) => void;
}

/**
 * Reads a message of the channel `http.client.request.created`; undefined if Node.js has changed its content. The body isn't known yet. The
 * connection's port is known only from the `Host` header, so a client that sets this header can hide another port of the same host.
 */
export function readClientRequest(message: unknown): ClientRequest | undefined {
	if (!v.is(messageSchema, message)) {
		return undefined;
	}
	const { request } = message;
	const headers = Object.entries(request.getHeaders() as Record<string, unknown>);
	const [, port = ''] = /(:\d+)$/.exec(String(headers.find(([name]) => name === 'host')?.[1])) ?? [];
	const host = request.host.includes(':') ? `[${request.host}]` : request.host;
	return {
		outgoing: {
			urls: [`${request.protocol}//${host}${port}`],
			text: [request.path, ...headers.flatMap(([, value]) => value)].join('\n'),
		},
		cancel: (error) => request.destroy(error),
	};
}
