import * as v from 'valibot';
import { maskFullSecrets } from './maskFullSecrets';
import type { Disposable } from './ports';

/** How many requests are kept and shown. */
export const MAX_LOGGED_REQUESTS = 1000;

/** Longest path in the log, in characters. A longer one is cut, and ends with an ellipsis. */
export const MAX_LOGGED_PATH_LENGTH = 512;

/** Longest value of a header in the log, in characters. */
export const MAX_LOGGED_VALUE_LENGTH = 200;

const moduleIdsSchema = v.pipe(v.array(v.string()), v.readonly());
const headerValueSchema = v.pipe(v.string(), v.maxLength(MAX_LOGGED_VALUE_LENGTH));

/** Why the gateway denied a request, or couldn't get a response to it. Says nothing that the client isn't told, and has no key. */
export const denialReasonSchema = v.variant('kind', [
	/** The key is missing, malformed, or unknown. */
	v.object({ kind: v.literal('invalidKey') }),
	v.object({ kind: v.literal('disabled') }),
	/** The token has expired, or a previous key of a token that was renewed. */
	v.object({ kind: v.literal('expired'), isPreviousKey: v.boolean() }),
	v.object({ kind: v.literal('missingModule'), modules: moduleIdsSchema }),
	/** `MD-0000` for all modules. */
	v.object({ kind: v.literal('readOnly'), modules: moduleIdsSchema }),
	v.object({ kind: v.literal('noModule') }),
	v.object({ kind: v.literal('ambiguousPath') }),
	v.object({ kind: v.literal('pathTraversal') }),
	/** The token has made as many requests as its limits allow. */
	v.object({ kind: v.literal('limit'), limit: v.picklist(['rate', 'total']) }),
	/** The user has denied the request, didn't answer in time, or couldn't be asked. */
	v.object({ kind: v.literal('approval'), outcome: v.picklist(['denied', 'timeout', 'unavailable']) }),
	v.object({ kind: v.literal('hostNotAllowed'), host: headerValueSchema }),
	v.object({ kind: v.literal('originNotAllowed'), origin: headerValueSchema }),
	/** The tokens can't be read. */
	v.object({ kind: v.literal('storeUnavailable') }),
	/** A WebSocket requires an upstream. */
	v.object({ kind: v.literal('noUpstream') }),
	/** The upstream is unreachable, or its response isn't valid. */
	v.object({ kind: v.literal('upstream'), code: v.string() }),
	/** The request isn't valid, or can't be forwarded. */
	v.object({ kind: v.literal('invalidRequest') }),
]);
export type DenialReason = v.InferOutput<typeof denialReasonSchema>;

/** A request that a gateway has responded to. Has no query, header, or body. */
export const loggedRequestSchema = v.object({
	/** When it was received, in milliseconds since 1970. */
	time: v.number(),
	/** The token that made it or, if its key isn't valid, the ID that it claims to belong to; null if it has none. */
	tokenId: v.nullable(v.pipe(v.string(), v.regex(/^SU(?:-\d{3})+$/), v.maxLength(MAX_LOGGED_VALUE_LENGTH))),
	method: v.pipe(v.string(), v.regex(/^[A-Z-]{1,40}$/)),
	/** Below the base path, as `toLoggedPath` returns it. */
	path: v.pipe(v.string(), v.maxLength(MAX_LOGGED_PATH_LENGTH), v.regex(/^[\w!#$%&'()*+,./:;=@[\]~-]*…?$/)),
	status: v.pipe(v.number(), v.integer()),
	/** Time until the response started, in milliseconds. A stream or a WebSocket can last longer. */
	durationMs: v.pipe(v.number(), v.minValue(0)),
	/** Undefined for responses of the upstream, also if they're errors. */
	reason: v.optional(denialReasonSchema),
});
export type LoggedRequest = v.InferOutput<typeof loggedRequestSchema>;

/** A request with a number that's unique in its window, and greater than those before it. */
export const numberedRequestSchema = v.object({ ...loggedRequestSchema.entries, number: v.pipe(v.number(), v.integer(), v.minValue(1)) });
export type NumberedRequest = v.InferOutput<typeof numberedRequestSchema>;

/** What happened to a list of requests: some were added at its end, or all were removed. */
export type RequestsChange = { readonly added: readonly NumberedRequest[] } | 'cleared';

/** The last requests of a window. */
export interface RequestFeed {
	/** The requests so far, the oldest first. Complete only while somebody watches. */
	readonly all: readonly NumberedRequest[];
	/** Calls `listener` with each change, at most every 250 ms, until the result is disposed. */
	watch(listener: (change: RequestsChange) => void): Disposable;
	/** Removes all requests so far. */
	clear(): void;
}

/**
 * Returns the path of a request target as it's logged: without the query, and with all characters percent-encoded that a URL can't have (RFC 3986),
 * such as control characters, bidirectional marks, quotes, and braces, and with asterisks instead of keys.
 * @param target one character per byte, as Node.js returns it
 */
export function toLoggedPath(target: string): string {
	const query = target.indexOf('?');
	const path = target.slice(0, query < 0 ? undefined : query).slice(0, 2 * MAX_LOGGED_PATH_LENGTH);
	// Before it's cut, which could leave a part of a key.
	const encoded = maskFullSecrets(path).replace(
		/[^\w!#$%&'()*+,./:;=@[\]~-]/g,
		(character) => `%${(character.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`,
	);
	return encoded.length > MAX_LOGGED_PATH_LENGTH ? `${encoded.slice(0, MAX_LOGGED_PATH_LENGTH - 1)}…` : encoded;
}
