import { isOverrideHeader } from '../domain/overrideHeaders';

/** Headers in their original order and spelling, as alternating names and values. */
export type RawHeaders = readonly string[];

/** Headers that apply to one connection and aren't forwarded. */
const HOP_BY_HOP_HEADERS: ReadonlySet<string> = new Set([
	'connection',
	'keep-alive',
	'proxy-authenticate',
	'proxy-authentication-info',
	'proxy-authorization',
	'proxy-connection',
	'te',
	'transfer-encoding',
	'upgrade',
]);

/** Request headers that the gateway handles or sets itself. */
const STRIPPED_REQUEST_HEADERS: ReadonlySet<string> = new Set([...HOP_BY_HOP_HEADERS, 'host', 'expect']);

/** The caller's own authentication, which the gateway's credential replaces. A cookie could continue the credential's session. */
const CALLER_CREDENTIAL_HEADERS: readonly string[] = ['authorization', 'cookie', 'cookie2'];

const STRIPPED_WITH_CREDENTIAL: ReadonlySet<string> = new Set([...STRIPPED_REQUEST_HEADERS, ...CALLER_CREDENTIAL_HEADERS]);

/** Trailers must not change a message's framing, routing, or authentication (RFC 9110, section 6.5.1). */
const FORBIDDEN_TRAILERS: ReadonlySet<string> = new Set([...STRIPPED_WITH_CREDENTIAL, 'content-length', 'trailer']);

/**
 * Response headers that belong to whom the upstream authenticated. If that's the gateway's credential, the caller must not get them: a session
 * cookie has the credential's permissions, works without the gateway, and stays valid after the caller's token.
 */
const CREDENTIAL_RESPONSE_HEADERS: readonly string[] = [
	'set-cookie',
	'set-cookie2',
	'authentication-info',
	'authorization',
	'www-authenticate',
];

const STRIPPED_RESPONSE_HEADERS_WITH_CREDENTIAL: ReadonlySet<string> = new Set([...HOP_BY_HOP_HEADERS, ...CREDENTIAL_RESPONSE_HEADERS]);

/**
 * Converts a client's request headers to those for the upstream.
 * @param host value of the `Host` header for the upstream
 * @param credential replaces the value of the `Authorization` header; null forwards the client's
 */
export function toUpstreamHeaders(raw: RawHeaders, host: string, credential: string | null): string[] {
	const connectionHeaders = parseConnectionHeaders(raw);
	const stripped = credential === null ? STRIPPED_REQUEST_HEADERS : STRIPPED_WITH_CREDENTIAL;
	const headers = ['host', host];
	for (let index = 0; index < raw.length; index += 2) {
		const name = raw[index]!;
		const lower = name.toLowerCase();
		if (stripped.has(lower) || connectionHeaders?.has(lower) || isOverrideHeader(lower)) {
			continue;
		}
		headers.push(name, raw[index + 1]!);
	}
	if (credential !== null) {
		headers.push('authorization', credential);
	}
	return headers;
}

/** Converts a client's request trailers to those for the upstream, as pairs of name and value. */
export function toUpstreamTrailers(raw: RawHeaders): [string, string][] {
	return toHeaderPairs(raw).filter(([name]) => {
		const lower = name.toLowerCase();
		return !FORBIDDEN_TRAILERS.has(lower) && !isOverrideHeader(lower);
	});
}

/** Groups alternating names and values into pairs. */
export function toHeaderPairs(raw: RawHeaders): [string, string][] {
	return raw.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, raw[index + 1]!]] : []));
}

/**
 * Converts the upstream's response headers to those for the client.
 * @param hasTrailers whether trailers can follow the body; otherwise the `Trailer` header is removed
 * @param rewriteLocation converts the value of the `Location` header
 * @param hasCredential whether the request had the gateway's credential instead of the client's
 */
export function toClientHeaders(
	raw: RawHeaders,
	hasTrailers: boolean,
	rewriteLocation: (value: string) => string,
	hasCredential: boolean,
): string[] {
	const connectionHeaders = parseConnectionHeaders(raw);
	const stripped = hasCredential ? STRIPPED_RESPONSE_HEADERS_WITH_CREDENTIAL : HOP_BY_HOP_HEADERS;
	const headers: string[] = [];
	for (let index = 0; index < raw.length; index += 2) {
		const name = raw[index]!;
		const lower = name.toLowerCase();
		// The upstream's rules for cross-origin requests are about its own origin. The gateway has its own.
		if (
			stripped.has(lower) ||
			lower.startsWith('access-control-') ||
			(lower === 'trailer' && !hasTrailers) ||
			connectionHeaders?.has(lower)
		) {
			continue;
		}
		const value = raw[index + 1]!;
		headers.push(name, lower === 'location' ? rewriteLocation(value) : lower === 'set-cookie' ? rewriteCookie(value) : value);
	}
	return headers;
}

/**
 * Converts a `Set-Cookie` header for clients that connect to the gateway's host over plain HTTP. They reject cookies of another domain, and
 * secure ones, on which `SameSite=None` and `Partitioned` depend. A cookie whose name has a prefix is only accepted if it's secure.
 */
function rewriteCookie(value: string): string {
	const [cookie = '', ...attributes] = value.split(';');
	const dropped = /^\s*__(?:Secure|Host)-/i.test(cookie)
		? /^\s*domain\s*(?:=|$)/i
		: /^\s*(?:(?:domain|secure|partitioned)\s*(?:=|$)|samesite\s*=\s*none\s*$)/i;
	return [cookie, ...attributes.filter((attribute) => !dropped.test(attribute))].join(';');
}

/**
 * Returns the value of the first header with this name.
 * @param name in lower case
 */
export function getHeader(raw: RawHeaders, name: string): string | undefined {
	for (let index = 0; index < raw.length; index += 2) {
		if (raw[index]!.length === name.length && raw[index]!.toLowerCase() === name) {
			return raw[index + 1];
		}
	}
	return undefined;
}

/** Returns the names that the `Connection` header lists as hop-by-hop, except `Content-Length`, which is needed to frame the body. */
function parseConnectionHeaders(raw: RawHeaders): ReadonlySet<string> | undefined {
	let headerNames: Set<string> | undefined;
	for (let index = 0; index < raw.length; index += 2) {
		const value = raw[index + 1]!;
		if (raw[index]!.length === 10 && raw[index]!.toLowerCase() === 'connection' && value !== 'keep-alive' && value !== 'close') {
			headerNames ??= new Set();
			for (const headerName of value.toLowerCase().split(',')) {
				headerNames.add(headerName.trim());
			}
			headerNames.delete('content-length');
		}
	}
	return headerNames;
}
