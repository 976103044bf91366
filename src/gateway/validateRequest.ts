import type { IncomingMessage } from 'node:http';
import { createErrorResponse, type ErrorResponse } from './errorResponse';

/** Methods that would send the upstream's credential back to the caller, or open a way past the gateway. */
const UNSUPPORTED_METHODS: ReadonlySet<string> = new Set(['TRACE', 'TRACK', 'CONNECT']);

/** The names under which the gateway may be called: a page whose name merely leads here has another one. */
export interface AllowedHosts {
	readonly hosts: ReadonlySet<string>;
	readonly origins: ReadonlySet<string>;
}

export function allowedHostsFor(port: number): AllowedHosts {
	const hostNames = ['127.0.0.1', 'localhost'];
	// Clients leave out the port that goes without saying.
	const hosts = [...hostNames.map((name) => `${name}:${port}`), ...(port === 80 ? hostNames : [])];
	return { hosts: new Set(hosts), origins: new Set(hosts.map((host) => `http://${host}`)) };
}

/**
 * Why a request is not even looked at: it is no clean HTTP, or it comes from a web page elsewhere.
 * A header that is there twice must have been joined into one value, which is then none of those that are taken.
 */
export function validateRequest(
	{ httpVersionMajor, method = '', url = '', headers }: IncomingMessage,
	allowedHosts: AllowedHosts,
): ErrorResponse | undefined {
	if (httpVersionMajor !== 1) {
		return createErrorResponse(400, 'Unsupported HTTP version. Use HTTP/1.1.');
	}
	if (UNSUPPORTED_METHODS.has(method)) {
		return {
			...createErrorResponse(405, `${method} requests aren't allowed.`),
			headers: ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
		};
	}
	if (!url.startsWith('/') || url.includes('#')) {
		return createErrorResponse(400, 'Invalid request target. Use a path that starts with a slash and has no fragment.');
	}
	if (headers.host === undefined || !allowedHosts.hosts.has(headers.host)) {
		return createErrorResponse(403, `Invalid Host header. Use one of: ${[...allowedHosts.hosts].join(', ')}.`);
	}
	if (headers.origin !== undefined && !allowedHosts.origins.has(headers.origin)) {
		return createErrorResponse(403, "Cross-origin requests aren't allowed.");
	}
	if (headers['transfer-encoding'] !== undefined && headers['transfer-encoding'].toLowerCase() !== 'chunked') {
		return createErrorResponse(400, 'Unsupported transfer encoding. Only "chunked" is supported.');
	}
	return undefined;
}
