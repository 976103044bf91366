import type { IncomingMessage } from 'node:http';
import type { Exchange } from './exchange';

/** How long a client may go on sending a body that nobody needs any more, in milliseconds: many read no answer before they have sent all. */
const LINGERING = 10_000;

/** Lets what is left of an answered request's body pass by, for a while. */
export function linger(request: IncomingMessage): void {
	if (request.complete || request.destroyed) {
		return;
	}
	const { socket } = request;
	const deadline = setTimeout(() => socket.destroy(), LINGERING).unref();
	request.once('close', () => clearTimeout(deadline)).resume();
}

/**
 * Calls `onSilence` when the client has paused for too long in the middle of its body.
 * @param isHeldUp whether the pause is not the client's fault
 */
export function limitSilence({ request, response, bodyTimeout: limit }: Exchange, isHeldUp: () => boolean, onSilence: () => void): void {
	const { socket } = request;
	request.setTimeout(limit, () => {
		if (isHeldUp()) {
			socket.setTimeout(limit);
		} else {
			onSilence();
		}
	});
	request.once('end', () => {
		// Once the answer is out, the connection's time is that for the next request.
		if (!response.writableFinished) {
			socket.setTimeout(0);
		}
	});
}
