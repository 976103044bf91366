/** Headers as they came: names and values in turn, in their order and spelling. */
export type RawHeaders = readonly string[];

/** What one connection says to the next hop and not beyond it. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
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
const REQUEST_ONLY: ReadonlySet<string> = new Set([...HOP_BY_HOP, 'host', 'expect']);

const NO_TRAILERS: ReadonlySet<string> = new Set([...REQUEST_ONLY, 'authorization', 'content-length', 'trailer']);

/**
 * The headers of a request as the upstream gets them.
 * @param host the upstream's own `Host`
 * @param credential value of `Authorization` in place of the caller's; null passes the caller's on
 */
export function requestHeaders(raw: RawHeaders, host: string, credential: string | null): string[] {
	const named = namedByConnection(raw);
	const headers = ['host', host];
	for (let index = 0; index < raw.length; index += 2) {
		const name = raw[index]!;
		const lower = name.toLowerCase();
		if (REQUEST_ONLY.has(lower) || (credential !== null && lower === 'authorization') || named?.has(lower)) {
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
export function requestTrailers(raw: RawHeaders): [string, string][] {
	return pairs(raw).filter(([name]) => !NO_TRAILERS.has(name.toLowerCase()));
}

/** Names and values in pairs. */
export function pairs(raw: RawHeaders): [string, string][] {
	return raw.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, raw[index + 1]!]] : []));
}

/**
 * The headers of a response as the client gets them.
 * @param hasTrailers whether trailers can follow the body, so that an announcement of them is true
 * @param location what becomes of the value of `Location`
 */
export function responseHeaders(raw: RawHeaders, hasTrailers: boolean, location: (value: string) => string): string[] {
	const named = namedByConnection(raw);
	const headers: string[] = [];
	for (let index = 0; index < raw.length; index += 2) {
		const name = raw[index]!;
		const lower = name.toLowerCase();
		if (HOP_BY_HOP.has(lower) || (lower === 'trailer' && !hasTrailers) || named?.has(lower)) {
			continue;
		}
		headers.push(name, lower === 'location' ? location(raw[index + 1]!) : raw[index + 1]!);
	}
	return headers;
}

/** The value of a header; of several with this name, the first. */
export function headerOf(raw: RawHeaders, name: string): string | undefined {
	for (let index = 0; index < raw.length; index += 2) {
		if (raw[index]!.length === name.length && raw[index]!.toLowerCase() === name) {
			return raw[index + 1];
		}
	}
	return undefined;
}

/** Headers that `Connection` says are for this hop alone. What describes the body is never among them. */
function namedByConnection(raw: RawHeaders): ReadonlySet<string> | undefined {
	let named: Set<string> | undefined;
	for (let index = 0; index < raw.length; index += 2) {
		const value = raw[index + 1]!;
		if (raw[index]!.length === 10 && raw[index]!.toLowerCase() === 'connection' && value !== 'keep-alive' && value !== 'close') {
			named ??= new Set();
			for (const one of value.toLowerCase().split(',')) {
				named.add(one.trim());
			}
			named.delete('content-length');
		}
	}
	return named;
}
