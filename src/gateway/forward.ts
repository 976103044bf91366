import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { PassThrough, type Duplex, type Readable } from 'node:stream';
import { enforceBodyIdleTimeout, drainRequestBody } from './requestBody';
import { onClientClose, watchUpgradeSocket } from './clientClose';
import { hasBody } from './clientRequest';
import { getCrossOriginHeaders } from './crossOrigin';
import type { Exchange } from './exchange';
import type { RequestInProgress, RequestsInProgress } from './requestsInProgress';
import { InvalidHandshakeError, toUpstreamErrorResponse } from './upstreamErrors';
import { isWebSocketAccepted } from './webSocketHandshake';
import { getHeader, toHeaderPairs, toUpstreamHeaders, toUpstreamTrailers, toClientHeaders, type RawHeaders } from './headers';
import { createErrorResponse, sendErrorResponse, type ErrorResponse } from './errorResponse';
import { pipeSockets } from './pipeSockets';
import { dispatchWithTrailers } from './dispatchWithTrailers';
import type { ResponseHandler, Upstream } from './upstream';

/** Methods without side effects. Such a request can be sent again if there was no response. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Error codes of a request sent on a connection that the upstream was just closing. */
const STALE_CONNECTION_CODES: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

const NO_HEADERS: RawHeaders = [];

/** Up to this size, in bytes, a body is written together with the response headers. */
const MAX_COALESCED_BODY_BYTES = 16 * 1024;

/**
 * Forwards the request to the upstream and the response to the client. Streams both.
 * @param requestsInProgress contains the request until it's done
 */
export function forward(exchange: Exchange, upstream: Upstream, requestsInProgress: RequestsInProgress): void {
	new ForwardedRequest(exchange, upstream, requestsInProgress).start();
}

/** A request in progress. undici calls it while the response arrives. */
class ForwardedRequest implements ResponseHandler, RequestInProgress {
	readonly #exchange: Exchange;
	readonly #upstream: Upstream;
	readonly #requestsInProgress: RequestsInProgress;
	readonly #body: Readable | null;
	#abort: (() => void) | undefined;
	#resume: () => void = () => undefined;
	/** Whether nothing more can be sent to the client as a response. */
	#isFinished = false;
	#isUpgraded = false;
	/** Whether the response headers were written to the client. */
	#isHeadSent = false;
	/** First chunk of the response body, held back to be written together with the headers. */
	#bufferedChunk: Buffer | undefined;
	#isRetry = false;
	slot: number | undefined;
	#stopWatching: (() => void) | undefined;

	constructor(exchange: Exchange, upstream: Upstream, requestsInProgress: RequestsInProgress) {
		this.#exchange = exchange;
		this.#upstream = upstream;
		this.#requestsInProgress = requestsInProgress;
		this.#body = hasBody(exchange.request) ? this.#createBodyStream() : null;
	}

	get exchange(): Exchange {
		return this.#exchange;
	}

	start(): void {
		const { response, expectsContinue, upgrade } = this.#exchange;
		this.#requestsInProgress.add(this);
		onClientClose(this.#exchange, () => {
			this.#requestsInProgress.delete(this);
			if (!this.#isFinished) {
				this.#isFinished = true;
				this.#abort?.();
			}
		});
		this.#stopWatching = upgrade && watchUpgradeSocket(upgrade.socket);
		if (expectsContinue) {
			response.writeContinue();
		}
		this.#dispatch();
	}

	cancel(denial: ErrorResponse): void {
		if (this.#isUpgraded) {
			this.#exchange.upgrade?.socket.destroy();
		} else if (!this.#isFinished) {
			this.#sendError(denial, this.#exchange.sendDenial);
			this.#abort?.();
		}
	}

	onConnect(abort: () => void): void {
		this.#abort = abort;
		if (this.#isFinished) {
			abort();
		}
	}

	onHeaders(status: number, rawHeaders: readonly Buffer[], resume: () => void, statusText: string): boolean {
		const { request, response, responseHeaders, recordResponse } = this.#exchange;
		const raw = rawHeaders.map(decodeLatin1);
		if (status < 200) {
			forwardInformationalResponse(request, response, status, raw);
			return true;
		}
		this.#resume = resume;
		const allowsTrailers = request.httpVersionMinor === 1 && request.method !== 'HEAD' && getHeader(raw, 'content-length') === undefined;
		response.sendDate = false;
		response.writeHead(status, getStatusMessage(status, statusText), [
			...this.#toClientHeaders(raw, allowsTrailers),
			...(responseHeaders ?? NO_HEADERS),
			...getCrossOriginHeaders(request),
		]);
		recordResponse(status);
		if (status === 204 || status === 304) {
			// These have no body, regardless of `Content-Length`, but undici would wait for one.
			this.onComplete(null);
			return true;
		}
		// Headers are held back only until the end of this event, for a body that arrived with them.
		process.nextTick(() => this.#flushBuffered());
		return true;
	}

	onData(chunk: Buffer): boolean {
		if (!this.#isHeadSent && this.#bufferedChunk === undefined && chunk.length <= MAX_COALESCED_BODY_BYTES) {
			this.#bufferedChunk = chunk;
			return true;
		}
		this.#flushBuffered();
		const { response } = this.#exchange;
		const canWriteMore = response.write(chunk);
		if (!canWriteMore) {
			response.once('drain', this.#resume);
		}
		return canWriteMore;
	}

	onComplete(rawTrailers: readonly (Buffer | string)[] | null): void {
		if (this.#isFinished) {
			return;
		}
		this.#isFinished = true;
		const { request, response } = this.#exchange;
		if (rawTrailers !== null && rawTrailers.length > 0) {
			response.addTrailers(toHeaderPairs(this.#toClientHeaders(rawTrailers.map(decodeLatin1), false)));
		}
		if (!this.#isHeadSent && !response.chunkedEncoding) {
			this.#sendHeadAndBody();
		} else {
			this.#flushBuffered();
		}
		response.end();
		drainRequestBody(request);
	}

	onError(error: Error): void {
		if (this.#isFinished) {
			return;
		}
		const { request, response } = this.#exchange;
		if (
			!response.headersSent &&
			!this.#isRetry &&
			this.#body === null &&
			SAFE_METHODS.has(request.method ?? '') &&
			'code' in error &&
			STALE_CONNECTION_CODES.has(error.code)
		) {
			this.#isRetry = true;
			this.#dispatch();
		} else {
			this.#sendError(toUpstreamErrorResponse(error, this.#upstream.origin));
		}
	}

	onUpgrade(status: number, rawHeaders: readonly (Buffer | string)[] | null, socket: Duplex): void {
		const { request, response, upgrade, responseHeaders = NO_HEADERS, recordResponse } = this.#exchange;
		const raw = (rawHeaders ?? []).map(decodeLatin1);
		if (upgrade === undefined || !isWebSocketAccepted(request, raw)) {
			socket.destroy();
			this.#sendError(toUpstreamErrorResponse(new InvalidHandshakeError(), this.#upstream.origin));
			return;
		}
		this.#isFinished = true;
		const headers = this.#toClientHeaders(raw, false);
		const lines = toHeaderPairs([...headers, ...responseHeaders, 'connection', 'upgrade', 'upgrade', 'websocket']).map(
			([name, value]) => `${name}: ${value}\r\n`,
		);
		this.#isUpgraded = true;
		response.detachSocket(upgrade.socket);
		upgrade.socket.once('close', () => this.#requestsInProgress.delete(this));
		this.#stopWatching?.();
		upgrade.socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`, 'latin1');
		recordResponse(status);
		socket.write(upgrade.head);
		pipeSockets(upgrade.socket, socket);
	}

	/**
	 * Writes headers and body in one packet. Node joins a chunk with the headers only if both are strings, so the body is passed as latin1,
	 * which keeps its bytes. Corking writes it before the response ends, which would otherwise be a second packet.
	 */
	#sendHeadAndBody(): void {
		this.#isHeadSent = true;
		if (this.#bufferedChunk !== undefined) {
			const { response } = this.#exchange;
			response.socket?.cork();
			response.write(this.#bufferedChunk.toString('latin1'), 'latin1');
			response.socket?.uncork();
		}
	}

	/** Writes the headers and the chunk that was held back, unless they were written before. */
	#flushBuffered(): void {
		if (this.#isHeadSent) {
			return;
		}
		this.#isHeadSent = true;
		// Written as an empty chunk if there's no body, because `flushHeaders` would encode the headers as UTF-8.
		this.#exchange.response.write(this.#bufferedChunk ?? '', 'latin1');
	}

	#dispatch(): void {
		const { request, target, upgrade } = this.#exchange;
		const { host, credential, basePath, proxyHeaders } = this.#upstream;
		const options = {
			method: request.method ?? '',
			path: this.#upstream.toRequestTarget(basePath + target),
			headers: [...toUpstreamHeaders(request.rawHeaders, host, credential), ...proxyHeaders],
			body: this.#body,
			upgrade: upgrade ? 'websocket' : null,
		};
		// Trailers require chunked encoding. A body with a `Content-Length` can't have any, even if a `Trailer` header announces some.
		if (this.#body !== null && request.headers.trailer !== undefined && request.headers['content-length'] === undefined) {
			dispatchWithTrailers(this.#upstream, options, this.#body, () => toUpstreamTrailers(request.rawTrailers), this);
		} else {
			this.#upstream.dispatch(options, this);
		}
	}

	/** undici may destroy the body's stream as soon as it has a response. A separate stream keeps the client's request intact. */
	#createBodyStream(): Readable {
		const { request } = this.#exchange;
		const body = new PassThrough();
		// The stream's reader reports its errors. This listener prevents an uncaught exception if one occurs before that.
		body.on('error', () => undefined);
		request.on('error', (error) => body.destroy(error));
		body.once('close', () => request.unpipe(body).resume());
		enforceBodyIdleTimeout(
			this.#exchange,
			() => body.writableNeedDrain,
			() => {
				this.#sendError({
					...createErrorResponse(408, 'Request body timed out.'),
					headers: ['connection', 'close'],
				});
				this.#abort?.();
			},
		);
		return request.pipe(body);
	}

	#sendError(errorResponse: ErrorResponse, send = sendErrorResponse): void {
		const { request, response, responseHeaders = NO_HEADERS, recordResponse } = this.#exchange;
		this.#isFinished = true;
		if (response.headersSent) {
			// The client has to notice that the body is incomplete. In HTTP/1.0, where closing the connection ends the body, only a reset shows that.
			if (request.httpVersionMinor === 0) {
				request.socket.resetAndDestroy();
			} else {
				response.destroy();
			}
		} else if (!response.destroyed) {
			recordResponse(errorResponse.status, errorResponse.reason);
			send(request, response, { ...errorResponse, headers: [...(errorResponse.headers ?? NO_HEADERS), ...responseHeaders] });
		}
	}

	#toClientHeaders(raw: RawHeaders, hasTrailers: boolean): string[] {
		return toClientHeaders(raw, hasTrailers, (location) => this.#rewriteLocation(location), this.#upstream.credential !== null);
	}

	/** Rewrites a redirect within the upstream to the gateway's address. */
	#rewriteLocation(location: string): string {
		const { origin, basePath } = this.#upstream;
		// A location that starts with two slashes uses the upstream's scheme.
		const absolute = /^[/\\]{2}/.test(location) ? `${new URL(origin).protocol}${location}` : location;
		if (!URL.canParse(absolute)) {
			return location;
		}
		const { origin: targetOrigin, pathname } = new URL(absolute);
		const isInside = targetOrigin === origin && `${pathname}/`.startsWith(`${basePath}/`);
		return isInside ? absolute.replace(/^[^:]+:[/\\]*[^/?#\\]*/, `http://${this.#exchange.request.headers.host ?? ''}`) : location;
	}
}

/** Forwards 102 and 103 responses. Other informational responses apply to the connection and aren't forwarded. */
function forwardInformationalResponse(
	{ httpVersionMinor }: IncomingMessage,
	response: ServerResponse,
	status: number,
	rawHeaders: RawHeaders,
): void {
	if (httpVersionMinor === 0) {
		return;
	}
	if (status === 102) {
		response.writeProcessing();
	} else if (status === 103) {
		const links = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === 'link');
		try {
			response.writeEarlyHints({ link: links });
		} catch {
			// Node rejects some valid `Link` headers. Nothing is lost, because hints are optional.
		}
	}
}

/** Returns the upstream's reason phrase, or the standard one if undici couldn't decode it. */
function getStatusMessage(status: number, statusText: string): string {
	return /[^\0-\xff]/.test(statusText) ? (STATUS_CODES[status] ?? '') : statusText;
}

function decodeLatin1(text: Buffer | string): string {
	return text.toString('latin1');
}
