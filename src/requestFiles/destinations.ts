import { isUrl, parseOrigin } from '../domain/origins';
import { findPlaceholders } from './placeholders';

/** An origin that a client sends a request to; undefined if it isn't known. */
export type Destination = string | undefined;

/** A URL's scheme and authority, and the character that ends the authority: nothing after it can change the origin. */
const COMPLETE_AUTHORITY_PATTERN = /^[a-z]+:\/\/(?:(?!\{\{)[^/?#\\])*[/?#]/i;

/** What a URL of HTTP or WebSocket can start with: a part of its scheme, or the whole scheme and any text. */
const URL_START_PATTERN = /^(?:[a-z]*|(?:https?|wss?):.*)$/is;

/** Placeholders whose values contain no line breaks, quotes, or other delimiters. The format of a date can contain any text. */
const HARMLESS_PLACEHOLDER_PATTERN =
	/^\s*\$(?:processEnv\s+CONNECT_\w+|guid|timestamp|randomInt|(?:datetime|localDatetime)\s+(?:rfc1123|iso8601))(?:\s|$)/;

/**
 * Returns where a client sends a request to a URL in which `{{…}}` stands for text that only the client knows: nowhere if the URL isn't
 * valid, because the client reports that instead.
 */
export function listDestinations(url: string): readonly Destination[] {
	const [placeholder] = findPlaceholders(url);
	if (placeholder && !URL_START_PATTERN.test(url.slice(0, placeholder.start))) {
		return [];
	}
	if (!placeholder && !hasKnownAuthority(url)) {
		const origin = parseOrigin(url);
		// A valid URL of another protocol is sent somewhere, too.
		return origin !== undefined ? [origin] : isUrl(url) ? [undefined] : [];
	}
	const [known] = COMPLETE_AUTHORITY_PATTERN.exec(url) ?? [];
	return [known === undefined ? undefined : parseOrigin(known)];
}

/** Returns whether nothing that a client inserts into a URL or adds to it can change the origin. */
export function hasKnownAuthority(url: string): boolean {
	return COMPLETE_AUTHORITY_PATTERN.test(url);
}

/** Returns whether the text contains a placeholder whose value could be any text, even several lines. */
export function hasUnknownText(text: string): boolean {
	return findPlaceholders(text).some(({ content }) => isUnknownText(content));
}

/** Like `hasUnknownText`, for the content of a placeholder. */
export function isUnknownText(content: string): boolean {
	return !HARMLESS_PLACEHOLDER_PATTERN.test(content);
}

/** Returns the URL of a request for a path, whose scheme both clients choose by the port in the `Host` header. */
export function toAbsoluteUrl(host: string, path: string): string {
	const [, port] = host.split(':');
	return `${port === '443' || port === '8443' ? 'https' : 'http'}://${host}${path}`;
}
