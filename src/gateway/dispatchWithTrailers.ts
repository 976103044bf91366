import http from 'node:http';
import type { Readable } from 'node:stream';
import { ConnectionClosedError, UpstreamTimeoutError } from './upstreamErrors';
import { MAX_HEADER_BYTES } from './gatewayLimits';
import type { ResponseHandler, Upstream } from './upstream';

/**
 * Sends a request with trailers, which undici's pool doesn't support. Calls `handler` the way the pool does.
 * @param getTrailers called after the body has ended
 */
export function dispatchWithTrailers(
	upstream: Upstream,
	{ method, path, headers }: { readonly method: string; readonly path: string; readonly headers: readonly string[] },
	body: Readable,
	getTrailers: () => [string, string][],
	handler: ResponseHandler,
): void {
	const request = http.request({
		agent: upstream.agent,
		method,
		path,
		headers: [...headers, 'transfer-encoding', 'chunked', 'connection', 'close'],
		maxHeaderSize: MAX_HEADER_BYTES,
	});
	let timeout: NodeJS.Timeout | undefined;
	let isComplete = false;
	handler.onConnect((error) => request.destroy(error));
	request.once(
		'finish',
		() => (timeout = setTimeout(() => request.destroy(new UpstreamTimeoutError()), upstream.headersTimeoutMs).unref()),
	);
	request.on('information', ({ statusCode, rawHeaders }) => {
		handler.onHeaders(statusCode, rawHeaders.map(toBytes), () => undefined, '');
	});
	request.once('response', (response) => {
		clearTimeout(timeout);
		const { statusCode: status = 0, statusMessage = '', rawHeaders } = response;
		try {
			if (status < 200) {
				throw new ConnectionClosedError();
			}
			handler.onHeaders(status, rawHeaders.map(toBytes), () => response.resume(), statusMessage);
		} catch (error) {
			// An invalid response aborts the request, as in the pool.
			request.destroy(error as Error);
			return;
		}
		response.on('data', (chunk: Buffer) => {
			if (!handler.onData(chunk)) {
				response.pause();
			}
		});
		response.once('end', () => {
			isComplete = true;
			handler.onComplete(response.rawTrailers);
		});
		response.once('error', (error) => handler.onError(error));
	});
	request.once('error', (error) => handler.onError(error));
	request.once('close', () => {
		clearTimeout(timeout);
		if (!isComplete) {
			handler.onError(new ConnectionClosedError());
		}
	});
	body.once('end', () => request.addTrailers(getTrailers()));
	body.pipe(request);
}

function toBytes(text: string): Buffer {
	return Buffer.from(text, 'latin1');
}
