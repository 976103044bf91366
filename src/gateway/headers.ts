/** Headers as they came: names and values in turn, in their order and spelling. */
export type RawHeaders = readonly string[];

/** What one connection says to the next hop and not beyond it. */
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

/** A request's headers that this gateway has answered or sets itself. */
const STRIPPED_REQUEST_HEADERS: ReadonlySet<string> = new Set([...HOP_BY_HOP_HEADERS, 'host', 'expect']);

const FORBIDDEN_TRAILERS: ReadonlySet<string> = new Set([...STRIPPED_REQUEST_HEADERS, 'authorization', 'content-length', 'trailer']);

/**
 * The headers of a request as the upstream gets them.
 * @param host the upstream's own `Host`
 * @param credential value of `Authorization` in place of the caller's; null passes the caller's on
 */
export function toUpstreamHeaders(raw: RawHeaders, host: string, credential: string | null): string[] {
	const connectionHeaders = parseConnectionHeaders(raw);
	const headers = ['host', host];
	for (let index = 0; index < raw.length; index += 2) {
		const name = raw[index]!;
		const lower = name.toLowerCase();
		if (STRIPPED_REQUEST_HEADERS.has(lower) || (credential !== null && lower === 'authorization') || connectionHeaders?.has(lower)) {
			continue;
		}
		headers.push(name, raw[index + 1]!);
	}
	if (credential !== null) {
		headers.push('authorization', credential);
	}
	return headers;
}

/** The trailers of a request as the upstream gets them: none that says how to read a message, where it goes or who sends it. */
export function toUpstreamTrailers(raw: RawHeaders): [string, string][] {
	return toHeaderPairs(raw).filter(([name]) => !FORBIDDEN_TRAILERS.has(name.toLowerCase()));
}

/** Names and values in pairs. */
export function toHeaderPairs(raw: RawHeaders): [string, string][] {
	return raw.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, raw[index + 1]!]] : []));
}

/**
 * The headers of a response as the client gets them.
 * @param hasTrailers whether trailers can follow the body, so that an announcement of them is true
 * @param rewriteLocation what becomes of the value of `Location`
 */
export function toClientHeaders(raw: RawHeaders, hasTrailers: boolean, rewriteLocation: (value: string) => string): string[] {
	const connectionHeaders = parseConnectionHeaders(raw);
	const headers: string[] = [];
	for (let index = 0; index < raw.length; index += 2) {
		const name = raw[index]!;
		const lower = name.toLowerCase();
		if (HOP_BY_HOP_HEADERS.has(lower) || (lower === 'trailer' && !hasTrailers) || connectionHeaders?.has(lower)) {
			continue;
		}
		headers.push(name, lower === 'location' ? rewriteLocation(raw[index + 1]!) : raw[index + 1]!);
	}
	return headers;
}

/** The value of a header; of several with this name, the first. */
export function getHeader(raw: RawHeaders, name: string): string | undefined {
	for (let index = 0; index < raw.length; index += 2) {
		if (raw[index]!.length === name.length && raw[index]!.toLowerCase() === name) {
			return raw[index + 1];
		}
	}
	return undefined;
}

/** Headers that `Connection` says are for this hop alone. What describes the body is never among them. */
function parseConnectionHeaders(raw: RawHeaders): ReadonlySet<string> | undefined {
	let headerNames: Set<string> | undefined;
	for (let index = 0; index < raw.length; index += 2) {
		const value = raw[index + 1]!;
		if (raw[index]!.length === 10 && raw[index]!.toLowerCase() === 'connection' && value !== 'keep-alive' && value !== 'close') {
			headerNames ??= new Set();
			for (const one of value.toLowerCase().split(',')) {
				headerNames.add(one.trim());
			}
			headerNames.delete('content-length');
		}
	}
	return headerNames;
}
