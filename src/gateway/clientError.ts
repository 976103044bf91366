import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { refusal, refusalBody, type Refusal } from './refusal';

/** Answers what could not be read as a request, and ends the connection. */
export function refuseUnparsed(socket: Duplex, reason: Error | Refusal): void {
	const refused = reason instanceof Error ? refusalOf(reason) : reason;
	// Who is gone already cannot be told anything.
	socket.on('error', () => undefined);
	if (!socket.writable || refused === undefined) {
		socket.destroy();
		return;
	}
	const body = refusalBody(refused);
	socket.end(
		[
			`HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status] ?? ''}`,
			'connection: close',
			'content-type: application/json',
			`content-length: ${Buffer.byteLength(body)}`,
			'',
			body,
		].join('\r\n'),
		() => socket.destroy(),
	);
}

/** Undefined when there is nobody left to answer. */
function refusalOf(error: Error): Refusal | undefined {
	const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
	switch (code) {
		case 'ECONNRESET':
		case 'EPIPE':
			return undefined;
		case 'HPE_HEADER_OVERFLOW':
			return refusal(431, 'The request’s headers are too large. Send no more than 64 KB.');
		case 'ERR_HTTP_REQUEST_TIMEOUT':
			return refusal(408, 'The request did not come in time.');
		default:
			return refusal(400, `The request is no valid HTTP/1.1 (${code}).`);
	}
}
