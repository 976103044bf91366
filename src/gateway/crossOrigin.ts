import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClientRequest } from './clientRequest';

/** How long a browser may use the response to a preflight, in seconds. */
const PREFLIGHT_MAX_AGE_SECONDS = 600;

/** What a page of another origin may read besides the headers that it always may. */
const EXPOSED_HEADERS = 'Content-Range, RateLimit, RateLimit-Policy, Retry-After';

/** Whether a browser asks whether a page of another origin may make a request. It sends no credentials with that. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
	return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/** Responds to a preflight from an allowed origin. The request itself is checked like all others. */
export function sendPreflightResponse(request: ClientRequest, response: ServerResponse): void {
	const { headers } = request;
	const requestedHeaders = headers['access-control-request-headers'];
	response.writeHead(204, [
		...getCrossOriginHeaders(request),
		...['access-control-allow-methods', headers['access-control-request-method'] ?? ''],
		...(requestedHeaders === undefined ? [] : ['access-control-allow-headers', requestedHeaders]),
		...(headers['access-control-request-private-network'] === 'true' ? ['access-control-allow-private-network', 'true'] : []),
		...['access-control-max-age', String(PREFLIGHT_MAX_AGE_SECONDS)],
	]);
	response.end();
	request.resume();
}

/** Returns the headers that let a page of an allowed origin read the response; none for other requests. */
export function getCrossOriginHeaders(request: IncomingMessage): readonly string[] {
	const origin = request instanceof ClientRequest ? request.allowedOrigin : undefined;
	return origin === undefined
		? []
		: ['access-control-allow-origin', origin, 'access-control-expose-headers', EXPOSED_HEADERS, 'vary', 'Origin'];
}
