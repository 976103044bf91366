import type { IncomingMessage } from 'node:http';
import { refusal, type Refusal } from './refusal';

/** Methods that would send the upstream's credential back to the caller, or open a way past the gateway. */
const NO_METHODS: ReadonlySet<string> = new Set(['TRACE', 'TRACK', 'CONNECT']);

/** The names under which the gateway may be called: a page whose name merely leads here has another one. */
export interface Names {
	readonly hosts: ReadonlySet<string>;
	readonly origins: ReadonlySet<string>;
}

export function namesAt(port: number): Names {
	const names = ['127.0.0.1', 'localhost'];
	// Clients leave out the port that goes without saying.
	const hosts = [...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])];
	return { hosts: new Set(hosts), origins: new Set(hosts.map((host) => `http://${host}`)) };
}

/**
 * Why a request is not even looked at: it is no clean HTTP, or it comes from a web page elsewhere.
 * A header that is there twice must have been joined into one value, which is then none of those that are taken.
 */
export function guard({ httpVersionMajor, method = '', url = '', headers }: IncomingMessage, names: Names): Refusal | undefined {
	if (httpVersionMajor !== 1) {
		return refusal(400, 'The gateway speaks HTTP/1.1.');
	}
	if (NO_METHODS.has(method)) {
		return {
			...refusal(405, `The gateway does not take ${method} requests.`),
			headers: ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'],
		};
	}
	if (!url.startsWith('/') || url.includes('#')) {
		return refusal(400, 'The request’s target must be a path that begins with a slash and has no fragment.');
	}
	if (headers.host === undefined || !names.hosts.has(headers.host)) {
		return refusal(403, `The gateway answers only to the hosts ${[...names.hosts].join(' and ')}. Send one of them, once.`);
	}
	if (headers.origin !== undefined && !names.origins.has(headers.origin)) {
		return refusal(403, 'Web pages of other origins may not use the gateway.');
	}
	if (headers['transfer-encoding'] !== undefined && headers['transfer-encoding'].toLowerCase() !== 'chunked') {
		return refusal(400, 'The only transfer encoding that the gateway takes is "chunked".');
	}
	return undefined;
}
