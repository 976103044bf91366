import { domainToUnicode } from 'node:url';

const LOOPBACK_HOST_PATTERN = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Returns the origin that a client connects to for this URL, without user information: scheme, host, and port. Undefined unless it's an
 * absolute URL of HTTP or WebSocket, whose origin is that of HTTP.
 */
export function parseOrigin(url: string): string | undefined {
	const parsed = URL.parse(url.trim().replace(/^ws(?=s?:)/i, 'http'));
	return parsed && /^https?:$/.test(parsed.protocol) && parsed.hostname !== '' ? parsed.origin : undefined;
}

/** Returns whether clients can send a request to this text at all. */
export function isUrl(text: string): boolean {
	return URL.canParse(text);
}

/** Returns whether the host of a URL, as `URL` normalizes it, is this machine and can't be anything else. */
export function isLoopbackHost(hostname: string): boolean {
	return LOOPBACK_HOST_PATTERN.test(hostname);
}

/** Returns whether nobody on the network can read what's sent to a URL: it's encrypted or doesn't leave this machine. */
export function isConfidential(url: string): boolean {
	const { protocol, hostname } = new URL(url);
	return protocol === 'https:' || isLoopbackHost(hostname);
}

/**
 * Formats an origin as a person recognizes it: the host and an unusual port, and the scheme if anyone on the network could read what's sent.
 * An internationalized domain name is shown in both forms, because different letters can look the same.
 */
export function formatOrigin(origin: string): string {
	const { host, hostname, port } = new URL(origin);
	const prefix = isConfidential(origin) ? '' : 'http://';
	const unicodeName = domainToUnicode(hostname);
	return unicodeName === hostname || unicodeName === ''
		? `${prefix}${host}`
		: `${prefix}${unicodeName}${port === '' ? '' : `:${port}`} (${hostname})`;
}
