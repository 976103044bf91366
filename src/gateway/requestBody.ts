import type { IncomingMessage } from 'node:http';
import type { Exchange } from './exchange';

/** How long a client may go on sending a body that nobody needs any more, in milliseconds: many read no answer before they have sent all. */
const DRAIN_TIMEOUT_MS = 10_000;

/** Lets what is left of an answered request's body pass by, for a while. */
export function drainRequestBody(request: IncomingMessage): void {
	if (request.complete || request.destroyed) {
		return;
	}
	const { socket } = request;
	const deadline = setTimeout(() => socket.destroy(), DRAIN_TIMEOUT_MS).unref();
	request.once('close', () => clearTimeout(deadline)).resume();
}

/**
 * Calls `onSilence` when the client has paused for too long in the middle of its body.
 * @param isUpstreamBusy whether the pause is not the client's fault
 */
export function enforceBodyIdleTimeout(
	{ request, response, bodyTimeoutMs: timeoutMs }: Exchange,
	isUpstreamBusy: () => boolean,
	onTimeout: () => void,
): void {
	const { socket } = request;
	request.setTimeout(timeoutMs, () => {
		if (isUpstreamBusy()) {
			socket.setTimeout(timeoutMs);
		} else {
			onTimeout();
		}
	});
	request.once('end', () => {
		// Once the answer is out, the connection's time is that for the next request.
		if (!response.writableFinished) {
			socket.setTimeout(0);
		}
	});
}
