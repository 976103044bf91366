import type { IncomingMessage } from 'node:http';
import { MAX_LOGGED_VALUE_LENGTH } from '../domain/loggedRequest';
import { createErrorResponse, type ErrorResponse } from './errorResponse';

/** Methods that would return the upstream's credential to the caller, or open a tunnel that bypasses the gateway. */
const UNSUPPORTED_METHODS: ReadonlySet<string> = new Set(['TRACE', 'TRACK', 'CONNECT']);

/** Hosts and origins that requests may have. Protects against DNS rebinding, where another host name resolves to 127.0.0.1. */
export interface AllowedHosts {
	/** Names with their ports, or without for any port. */
	readonly hosts: ReadonlySet<string>;
	/** The gateway's own origins. */
	readonly origins: ReadonlySet<string>;
	/** Origins of pages that the user allowed to call the gateway. */
	readonly otherOrigins: ReadonlySet<string>;
	readonly remedies: HostRemedies;
}

/** What a user can do to allow a host or an origin, for the end of a sentence. */
export interface HostRemedies {
	readonly host: string;
	readonly origin: string;
}

const SETTINGS: HostRemedies = {
	host: 'add the host to connectTokens.gateway.allowedHosts',
	origin: 'add the origin to connectTokens.gateway.allowedOrigins',
};

/** Returns the allowed hosts and origins of a gateway that listens on `port`, and those that the user allowed additionally. */
export function allowedHostsFor(
	port: number,
	otherHosts: readonly string[] = [],
	otherOrigins: readonly string[] = [],
	remedies = SETTINGS,
): AllowedHosts {
	const hostNames = ['127.0.0.1', 'localhost'];
	// Clients omit the default port.
	const hosts = [...hostNames.map((name) => `${name}:${port}`), ...(port === 80 ? hostNames : [])];
	return {
		hosts: new Set([...hosts, ...otherHosts.map((host) => host.toLowerCase())]),
		origins: new Set(hosts.map((host) => `http://${host}`)),
		otherOrigins: new Set(otherOrigins.map((origin) => origin.toLowerCase())),
		remedies,
	};
}

/** The name is case-insensitive. */
function isAllowedHost({ hosts }: AllowedHosts, header: string): boolean {
	const host = header.toLowerCase();
	return hosts.has(host) || hosts.has(host.replace(/:\d+$/, ''));
}

function isAllowedOrigin({ origins, otherOrigins }: AllowedHosts, header: string): boolean {
	return origins.has(header.toLowerCase()) || otherOrigins.has(header);
}

/**
 * Returns the error response to a request that isn't valid HTTP/1.1 or comes from another origin. Expects repeated headers to be joined
 * into one value, which then isn't an allowed one.
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
	if (headers.host === undefined || !isAllowedHost(allowedHosts, headers.host)) {
		return createErrorResponse(
			403,
			`Invalid Host header. Use one of: ${[...allowedHosts.hosts].join(', ')}, or ${allowedHosts.remedies.host}.`,
			{ kind: 'hostNotAllowed', host: (headers.host ?? '').slice(0, MAX_LOGGED_VALUE_LENGTH) },
		);
	}
	if (headers.origin !== undefined && !isAllowedOrigin(allowedHosts, headers.origin)) {
		return createErrorResponse(
			403,
			`Cross-origin requests aren't allowed. Send the request without an Origin header, or ${allowedHosts.remedies.origin}.`,
			{ kind: 'originNotAllowed', origin: headers.origin.slice(0, MAX_LOGGED_VALUE_LENGTH) },
		);
	}
	if (headers['transfer-encoding'] !== undefined && headers['transfer-encoding'].toLowerCase() !== 'chunked') {
		return createErrorResponse(400, 'Unsupported transfer encoding. Only "chunked" is supported.');
	}
	return undefined;
}
