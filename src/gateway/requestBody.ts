import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long the rest of a body is read after the response, in milliseconds. Many clients read the response only after sending the whole body. */
const DRAIN_TIMEOUT_MS = 10_000;

/** Reads and discards the rest of the body of a request that was responded to. Closes the connection if that takes too long. */
export function drainRequestBody(request: IncomingMessage): void {
	if (request.complete || request.destroyed) {
		return;
	}
	const { socket } = request;
	const deadline = setTimeout(() => socket.destroy(), DRAIN_TIMEOUT_MS).unref();
	request.once('close', () => clearTimeout(deadline)).resume();
}

/**
 * Calls `onTimeout` if the client pauses too long while sending its body.
 * @param isUpstreamBusy whether the pause is caused by the upstream, which isn't the client's fault
 */
export function enforceBodyIdleTimeout(
	exchange: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly bodyTimeoutMs: number },
	isUpstreamBusy: () => boolean,
	onTimeout: () => void,
): void {
	const { request, response, bodyTimeoutMs } = exchange;
	const { socket } = request;
	request.setTimeout(bodyTimeoutMs, () => {
		if (isUpstreamBusy()) {
			socket.setTimeout(bodyTimeoutMs);
		} else {
			onTimeout();
		}
	});
	request.once('end', () => {
		// After the response, the timeout is the one for the next request.
		if (!response.writableFinished) {
			socket.setTimeout(0);
		}
	});
}
