import { createServer, type Server } from 'node:http';
import { ClientRequest } from './clientRequest';
import { MAX_HEADER_BYTES, type GatewayTimeouts } from './gatewayLimits';

/** Creates the gateway's server, which reads requests strictly and without limits that would hide something from `validateRequest`. */
export function createHttpServer(timeouts: GatewayTimeouts): Server<typeof ClientRequest> {
	const server = createServer({
		IncomingMessage: ClientRequest,
		maxHeaderSize: MAX_HEADER_BYTES,
		headersTimeout: timeouts.requestHeadersMs,
		// A body may take any time, as long as the client doesn't pause: see `enforceBodyIdleTimeout`.
		requestTimeout: 0,
		keepAliveTimeout: timeouts.keepAliveMs,
		connectionsCheckingInterval: Math.min(5000, timeouts.requestHeadersMs),
		keepAlive: true,
		// `validateRequest` checks it, and responds in the platform's error format.
		requireHostHeader: false,
		// By default, Node uses the first of several headers and ignores the others.
		joinDuplicateHeaders: true,
	});
	// Beyond its default limit, Node silently drops headers, possibly those that `validateRequest` checks.
	server.maxHeadersCount = 0;
	return server;
}
