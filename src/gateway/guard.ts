import type { IncomingMessage } from 'node:http';
import { refusal, type Refusal } from './refusal';

/** Headers of which one too many means that somebody tries to be read in two ways. */
const SINGLE: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'authorization', 'origin']);
/** Their lengths: most headers are none of them, and need not be spelled out to see that. */
const LENGTHS: ReadonlySet<number> = new Set(Array.from(SINGLE, ({ length }) => length));

/** Methods that would send the upstream's credential back to the caller, or open a way past the gateway. */
const NO_METHODS: ReadonlySet<string> = new Set(['TRACE', 'TRACK', 'CONNECT']);

/** The names under which the gateway may be called: a page whose name merely leads here has another one. */
export interface Names {
	readonly hosts: ReadonlySet<string>;
	readonly origins: ReadonlySet<string>;
}

export function namesAt(port: number): Names {
	const hosts = ['127.0.0.1', 'localhost'].map((host) => `${host}:${port}`);
	return { hosts: new Set(hosts), origins: new Set(hosts.map((host) => `http://${host}`)) };
}

/** Why a request is not even looked at: it is no clean HTTP, or it comes from a web page elsewhere. */
export function guard({ httpVersionMajor, method = '', url = '', rawHeaders }: IncomingMessage, names: Names): Refusal | undefined {
	if (httpVersionMajor !== 1) {
		return refusal(400, 'The gateway speaks HTTP/1.1.');
	}
	if (NO_METHODS.has(method)) {
		return { ...refusal(405, `The gateway does not take ${method} requests.`), headers: ['allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'] };
	}
	if (!url.startsWith('/') || url.includes('#')) {
		return refusal(400, 'The request’s target must be a path that begins with a slash and has no fragment.');
	}
	let host: string | undefined;
	let seen: string[] | undefined;
	for (let index = 0; index < rawHeaders.length; index += 2) {
		if (!LENGTHS.has(rawHeaders[index]!.length)) {
			continue;
		}
		const name = rawHeaders[index]!.toLowerCase();
		if (!SINGLE.has(name)) {
			continue;
		}
		if ((seen ??= []).includes(name)) {
			return refusal(400, `The request has more than one header ${name}. Send one.`);
		}
		seen.push(name);
		const value = rawHeaders[index + 1]!;
		if (name === 'host') {
			host = value;
		} else if (name === 'origin' && !names.origins.has(value)) {
			return refusal(403, 'Web pages of other origins may not use the gateway.');
		} else if (name === 'transfer-encoding' && value.toLowerCase() !== 'chunked') {
			return refusal(400, 'The only transfer encoding that the gateway takes is "chunked".');
		}
	}
	return host !== undefined && names.hosts.has(host)
		? undefined
		: refusal(403, `The gateway answers only to the hosts ${[...names.hosts].join(' and ')}.`);
}
