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
		'For tokens without access to all modules: segments that start like a segment of a module’s path that has other characters than letters, digits, underscores, and hyphens, such as `/v1.3` next to `/v1.2` (403).',
	headSyntax: 'Requests that HAProxy’s parser rejects, such as those with a malformed `Host` (400).',
} as const;

export type StricterKind = keyof typeof STRICTER_KINDS;
