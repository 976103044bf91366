import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import { createErrorResponse, formatErrorBody, type ErrorResponse } from './errorResponse';

/** Sends an error response to something that isn't a valid request, and closes the connection. */
export function sendErrorOnSocket(socket: Duplex, reason: Error | ErrorResponse): void {
	const errorResponse = reason instanceof Error ? toErrorResponse(reason) : reason;
	// If the client is gone, the response can't be sent.
	socket.on('error', () => undefined);
	if (!socket.writable || errorResponse === undefined) {
		socket.destroy();
		return;
	}
	const body = formatErrorBody(errorResponse);
	socket.end(
		[
			`HTTP/1.1 ${errorResponse.status} ${STATUS_CODES[errorResponse.status] ?? ''}`,
			'connection: close',
			'content-type: application/json',
			`content-length: ${Buffer.byteLength(body)}`,
			'',
			body,
		].join('\r\n'),
		() => socket.destroy(),
	);
}

/** Returns undefined if the client is gone. */
function toErrorResponse(error: Error): ErrorResponse | undefined {
	const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
	switch (code) {
		case 'ECONNRESET':
		case 'EPIPE':
			return undefined;
		case 'HPE_HEADER_OVERFLOW':
			return createErrorResponse(431, 'Request headers are too large. Reduce them to 64 KB or less.');
		case 'ERR_HTTP_REQUEST_TIMEOUT':
			return createErrorResponse(408, 'Request timed out. Send the complete request without long pauses.');
		default:
			return createErrorResponse(400, `Invalid HTTP/1.1 request (${code}).`);
	}
}
