import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { getHeader, type RawHeaders } from './headers';

/** Added to the client's key before it's hashed (RFC 6455, section 1.3). */
const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * Returns whether the upstream has read the request as a WebSocket's and has accepted it: only then it knows the hash of the client's key.
 * Otherwise, a caller who can make the upstream respond with the status 101 could send it any request on the connection, which nothing would check.
 */
export function isWebSocketAccepted({ headers }: IncomingMessage, rawResponseHeaders: RawHeaders): boolean {
	const key = headers['sec-websocket-key'];
	const accept = getHeader(rawResponseHeaders, 'sec-websocket-accept');
	return (
		key !== undefined &&
		accept?.trim() ===
			createHash('sha1')
				.update(key.trim() + KEY_SUFFIX)
				.digest('base64')
	);
}
