/**
 * Kinds of requests that HAProxy denies although the gateway would allow them, or denies with another status, because it can't decide about them
 * in the same way. Shown in the README of an exported policy; a test compares them with what HAProxy really does.
 */
export const STRICTER_KINDS = {
	unusualPath:
		"Paths with other characters than letters, digits, `/`, and `_~!$&'()*+,=:@.-`, or with other escapes than those of `!$&'()*+,=:@` (400). " +
		'This includes spaces, encoded slashes, and all non-ASCII characters.',
	methodInQuery:
		'Queries that contain the word `method`, in any case, or an escape of one of its letters, need full access, because a parameter could make the upstream use another method (403).',
	webSocket: 'WebSockets (403).',
	connectionHeader:
		'`Connection` headers that name other headers than `Keep-Alive`, `Upgrade`, `HTTP2-Settings`, and `TE` (400), which HAProxy would forward.',
	largeHead: 'Requests whose headers are larger than 15 KB, or that have more than 100 of them (400). The gateway allows 64 KB.',
	specialName:
		"For tokens without access to all modules: segments that start like a segment of a module's path that has other characters than letters, digits, underscores, and hyphens, such as `/v1.3` next to `/v1.2` (403).",
	transferEncoding:
		'Transfer encodings other than `chunked`, and bodies in HTTP/1.0 of methods that usually have none, or with a transfer encoding (413 or 422). The gateway denies most of them, too, but with 400.',
} as const;

/**
 * Kinds of requests that the gateway rejects because of their syntax, but HAProxy forwards after repairing them in the way that HTTP allows
 * (RFC 9112, section 6.3), before any rule can see what they were. Only one reading of them reaches the upstream. Their tokens, paths, and limits
 * are checked like those of all others.
 */
export const REPAIRED_KINDS = {
	lineFeed: 'Lines that end with a line feed only. HAProxy ends them as HTTP requires.',
	trailers:
		'Trailers after a chunked body, also those that the gateway removes. HAProxy forwards them where they are, and only from version 3.2 discards them. The upstream must not take them for headers.',
	repeatedHost: 'The same `Host` header twice. HAProxy forwards one.',
	repeatedLength: 'The same `Content-Length` twice, as two headers or as a list. HAProxy forwards one.',
	lengthAndEncoding:
		'`Content-Length` next to `Transfer-Encoding: chunked`. HAProxy removes the length, and closes the connection after the response.',
	upgradeWithBody: 'A request with a body that offers an upgrade. HAProxy ignores the offer.',
	foldedHeader: 'A header that continues on the next line. HAProxy forwards it on one line.',
} as const;

export type RepairedKind = keyof typeof REPAIRED_KINDS;

export type StricterKind = keyof typeof STRICTER_KINDS;
