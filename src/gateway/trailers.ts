import http from 'node:http';
import type { Readable } from 'node:stream';
import { EndError, SilenceError } from './failures';
import { HEADER_LIMIT } from './limits';
import type { Receiver, Upstream } from './upstream';

/**
 * Makes a request whose body is followed by trailers, which the pool cannot do, and reports on it to `receiver` as the pool would.
 * @param trailers asked once the body has ended
 */
export function dispatchWithTrailers(
	upstream: Upstream,
	{ method, path, headers }: { readonly method: string; readonly path: string; readonly headers: readonly string[] },
	body: Readable,
	trailers: () => [string, string][],
	receiver: Receiver,
): void {
	const request = http.request({
		createConnection: (_, done) => {
			upstream.open(done);
			return undefined;
		},
		method,
		path,
		headers: [...headers, 'transfer-encoding', 'chunked', 'connection', 'close'],
		maxHeaderSize: HEADER_LIMIT,
	});
	let patience: NodeJS.Timeout | undefined;
	let isComplete = false;
	receiver.onConnect((error) => request.destroy(error));
	request.once('finish', () => (patience = setTimeout(() => request.destroy(new SilenceError()), upstream.headTimeout).unref()));
	request.on('information', ({ statusCode, rawHeaders }) => {
		receiver.onHeaders(statusCode, rawHeaders.map(bytes), () => undefined, '');
	});
	request.once('response', (response) => {
		clearTimeout(patience);
		const { statusCode: status = 0, statusMessage = '', rawHeaders } = response;
		try {
			if (status < 200) {
				throw new EndError();
			}
			receiver.onHeaders(status, rawHeaders.map(bytes), () => response.resume(), statusMessage);
		} catch (error) {
			// What cannot be an answer ends the request, as it does in the pool.
			request.destroy(error as Error);
			return;
		}
		response.on('data', (chunk: Buffer) => {
			if (!receiver.onData(chunk)) {
				response.pause();
			}
		});
		response.once('end', () => {
			isComplete = true;
			receiver.onComplete(response.rawTrailers);
		});
		response.once('error', (error) => receiver.onError(error));
	});
	request.once('error', (error) => receiver.onError(error));
	request.once('close', () => {
		clearTimeout(patience);
		if (!isComplete) {
			receiver.onError(new EndError());
		}
	});
	body.once('end', () => request.addTrailers(trailers()));
	body.pipe(request);
}

function bytes(text: string): Buffer {
	return Buffer.from(text, 'latin1');
}
