import { subscribe } from 'node:diagnostics_channel';
import type { Duplex } from 'node:stream';
import { MAX_HEADER_BYTES } from './gatewayLimits';

/** The start of a status line up to the status code. */
const STATUS_LENGTH = 'HTTP/1.1 100'.length;
const STATUS_CODE_START = 'HTTP/1.1 '.length;
const HEAD_END = '\r\n\r\n';

const NO_BYTES = Buffer.alloc(0);
const DIGIT_ONE = 0x31;

/** Received bytes that might be part of a `100 Continue` response, by connections on which a response is about to start. */
const heldBytes = new WeakMap<Duplex, Buffer>();
const filteredSockets = new WeakSet<Duplex>();

// Only undici knows when a request starts, and with it the next response.
subscribe('undici:client:sendHeaders', (message) => {
	const { socket } = message as { socket: Duplex };
	if (filteredSockets.has(socket)) {
		heldBytes.set(socket, NO_BYTES);
	}
});

/**
 * Drops `100 Continue` responses from what undici reads, which otherwise closes the connection. The gateway never asks the upstream for one,
 * but a server may send them at any time (RFC 9110, section 15.2).
 */
export function dropContinueResponses(socket: Duplex): void {
	filteredSockets.add(socket);
	const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
	socket.read = (size?: number) => {
		const chunk = read(size);
		const held = heldBytes.get(socket);
		if (held === undefined || chunk === null) {
			return chunk;
		}
		// Almost every response is a final one, and its status line arrives at once. It needn't be copied.
		if (held.length === 0 && chunk.length >= STATUS_LENGTH && chunk[STATUS_CODE_START] !== DIGIT_ONE) {
			heldBytes.delete(socket);
			return chunk;
		}
		return filter(socket, Buffer.concat([held, chunk]));
	};
}

/** Returns the bytes without complete `100 Continue` responses, and holds back an incomplete one. */
function filter(socket: Duplex, bytes: Buffer): Buffer | null {
	const passed: Buffer[] = [];
	let rest = bytes;
	for (;;) {
		const status = rest.toString('latin1', 0, STATUS_LENGTH);
		const isInformational = /^HTTP\/1\.\d 1(?!01)/.test(status);
		if (rest.length > MAX_HEADER_BYTES || (rest.length >= STATUS_LENGTH && !isInformational)) {
			heldBytes.delete(socket);
			passed.push(rest);
			break;
		}
		const end = rest.length < STATUS_LENGTH ? -1 : rest.indexOf(HEAD_END);
		if (end < 0) {
			heldBytes.set(socket, rest);
			break;
		}
		if (!status.endsWith('100')) {
			passed.push(rest.subarray(0, end + HEAD_END.length));
		}
		rest = rest.subarray(end + HEAD_END.length);
	}
	return passed.length === 0 ? null : Buffer.concat(passed);
}
