import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { PassThrough, type Duplex, type Readable } from 'node:stream';
import { enforceBodyIdleTimeout, drainRequestBody } from './requestBody';
import type { Exchange } from './exchange';
import { toUpstreamErrorResponse } from './upstreamErrors';
import { getHeader, toHeaderPairs, toUpstreamHeaders, toUpstreamTrailers, toClientHeaders, type RawHeaders } from './headers';
import { createErrorResponse, sendErrorResponse, type ErrorResponse } from './errorResponse';
import { pipeSockets } from './pipeSockets';
import { dispatchWithTrailers } from './dispatchWithTrailers';
import type { ResponseHandler, Upstream } from './upstream';

/** Methods that change nothing, so that a request without an answer may be made again. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What becomes of a request on a connection that its owner closed at the same moment. */
const STALE_CONNECTION_CODES: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** A body up to this size, in bytes, is sent in one piece with its head. */
const MAX_COALESCED_BODY_BYTES = 16 * 1024;

/** Hands the request to the upstream and the answer to the client, both as they come. */
export function forward(exchange: Exchange, upstream: Upstream): void {
	new ForwardedRequest(exchange, upstream).start();
}

/** One request on its way. The client for the upstream calls it as the answer comes in. */
class ForwardedRequest implements ResponseHandler {
	readonly #exchange: Exchange;
	readonly #upstream: Upstream;
	readonly #body: Readable | null;
	#abort: (() => void) | undefined;
	#resume: () => void = () => undefined;
	#isFinished = false;
	/** Whether the head has been sent. */
	#isHeadSent = false;
	/** A part of the body that came with the head and may be all of it. */
	#bufferedChunk: Buffer | undefined;
	#isRetry = false;
	/** Until it is a WebSocket nobody reads the connection, so that its end would go unnoticed. */
	readonly #detectClose = () => void this.#exchange.upgrade?.socket.read(0);
	readonly #destroyUpgradeSocket = () => void this.#exchange.upgrade?.socket.destroy();

	constructor(exchange: Exchange, upstream: Upstream) {
		this.#exchange = exchange;
		this.#upstream = upstream;
		this.#body = hasBody(exchange.request) ? this.#createBodyStream() : null;
	}

	start(): void {
		const { request, response, expectsContinue: waits, upgrade } = this.#exchange;
		const end = () => {
			if (!this.#isFinished) {
				this.#isFinished = true;
				this.#abort?.();
			}
		};
		response.once('close', end);
		if (response.socket === null) {
			// It waits for those before it, and would not hear of the end of a connection that it does not have yet.
			request.socket.once('close', end);
			response.once('close', () => request.socket.off('close', end));
		}
		upgrade?.socket.on('readable', this.#detectClose).once('end', this.#destroyUpgradeSocket);
		if (waits) {
			response.writeContinue();
		}
		this.#dispatch();
	}

	onConnect(abort: () => void): void {
		this.#abort = abort;
		if (this.#isFinished) {
			abort();
		}
	}

	onHeaders(status: number, rawHeaders: readonly Buffer[], resume: () => void, statusText: string): boolean {
		const { request, response, recordResponse: count } = this.#exchange;
		const raw = rawHeaders.map(decodeLatin1);
		if (status < 200) {
			forwardInformationalResponse(request, response, status, raw);
			return true;
		}
		this.#resume = resume;
		const allowsTrailers = request.httpVersionMinor === 1 && request.method !== 'HEAD' && getHeader(raw, 'content-length') === undefined;
		response.sendDate = false;
		response.writeHead(
			status,
			getStatusMessage(status, statusText),
			toClientHeaders(raw, allowsTrailers, (location) => this.#rewriteLocation(location)),
		);
		count(status);
		if (status === 204 || status === 304) {
			// There is no body, whatever length the headers tell; the client for the upstream would wait for one.
			this.onComplete(null);
			return true;
		}
		// What comes with the head goes out with it; a head that comes alone must not wait for its body.
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
			response.addTrailers(toHeaderPairs(toClientHeaders(rawTrailers.map(decodeLatin1), false, String)));
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
		if (response.headersSent) {
			this.#isFinished = true;
			// The client must not take what it has for the whole: where the end of the connection is the end of the body, only a reset tells.
			if (request.httpVersionMinor === 0) {
				request.socket.resetAndDestroy();
			} else {
				response.destroy();
			}
		} else if (
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
		this.#isFinished = true;
		const { response, upgrade, recordResponse: count } = this.#exchange;
		if (upgrade === undefined) {
			socket.destroy();
			return;
		}
		const headers = toClientHeaders((rawHeaders ?? []).map(decodeLatin1), false, String);
		const lines = toHeaderPairs([...headers, 'connection', 'upgrade', 'upgrade', 'websocket']).map(
			([name, value]) => `${name}: ${value}\r\n`,
		);
		response.detachSocket(upgrade.socket);
		upgrade.socket.off('readable', this.#detectClose).off('end', this.#destroyUpgradeSocket);
		upgrade.socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`, 'latin1');
		count(status);
		socket.write(upgrade.head);
		pipeSockets(upgrade.socket, socket);
	}

	/**
	 * Sends head and body in one piece: as a text of the same bytes the body joins the head, which is text as well.
	 * Held back and let go at once, it is written before the response ends, whose end is then no second piece.
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

	/** Sends the head and what came with it, unless that is done. */
	#flushBuffered(): void {
		if (this.#isHeadSent) {
			return;
		}
		this.#isHeadSent = true;
		// Without a body of its own the head is written like one; to flush it would turn its bytes into UTF-8.
		this.#exchange.response.write(this.#bufferedChunk ?? '', 'latin1');
	}

	#dispatch(): void {
		const { request, target, upgrade } = this.#exchange;
		const { host, credential, basePath: base, proxyHeaders } = this.#upstream;
		const options = {
			method: request.method ?? '',
			path: this.#upstream.toRequestTarget(base + target),
			headers: [...toUpstreamHeaders(request.rawHeaders, host, credential), ...proxyHeaders],
			body: this.#body,
			upgrade: upgrade ? 'websocket' : null,
		};
		// A body whose length is told has no trailers, whatever is announced, and must not be sent in chunks as well.
		if (this.#body !== null && request.headers.trailer !== undefined && request.headers['content-length'] === undefined) {
			dispatchWithTrailers(this.#upstream, options, this.#body, () => toUpstreamTrailers(request.rawTrailers), this);
		} else {
			this.#upstream.dispatch(options, this);
		}
	}

	/** The upstream's client may end the stream it is given as soon as it has an answer; the request itself must outlive that. */
	#createBodyStream(): Readable {
		const { request } = this.#exchange;
		const body = new PassThrough();
		// Whoever reads it hears of these; nobody may.
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

	#sendError(errorResponse: ErrorResponse): void {
		const { request, response, recordResponse: count } = this.#exchange;
		this.#isFinished = true;
		if (response.headersSent) {
			response.destroy();
		} else if (!response.destroyed) {
			count(errorResponse.status);
			sendErrorResponse(request, response, errorResponse);
		}
	}

	/** A redirection within the upstream, as the client sees it. */
	#rewriteLocation(location: string): string {
		const { origin, basePath: base } = this.#upstream;
		// Two slashes leave out the scheme, which is then the upstream's.
		const absolute = /^[/\\]{2}/.test(location) ? `${new URL(origin).protocol}${location}` : location;
		if (!URL.canParse(absolute)) {
			return location;
		}
		const { origin: target, pathname } = new URL(absolute);
		const isInside = target === origin && `${pathname}/`.startsWith(`${base}/`);
		return isInside ? absolute.replace(/^[^:]+:[/\\]*[^/?#\\]*/, `http://${this.#exchange.request.headers.host ?? ''}`) : location;
	}
}

function hasBody({ headers }: IncomingMessage): boolean {
	return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Passes on that an answer is on its way. What else comes before an answer is of no use to a client. */
function forwardInformationalResponse(
	{ httpVersionMinor }: IncomingMessage,
	response: ServerResponse,
	status: number,
	raw: RawHeaders,
): void {
	if (httpVersionMinor === 0) {
		return;
	}
	if (status === 102) {
		response.writeProcessing();
	} else if (status === 103) {
		const links = raw.filter((_, index) => index % 2 === 1 && raw[index - 1]!.toLowerCase() === 'link');
		try {
			response.writeEarlyHints({ link: links });
		} catch {
			// Node takes fewer forms of links than there are; a hint is no more than that.
		}
	}
}

/** The upstream's words for its status; the usual ones where its own are in letters that the client for the upstream cannot read. */
function getStatusMessage(status: number, text: string): string {
	return /[^\0-\xff]/.test(text) ? (STATUS_CODES[status] ?? '') : text;
}

function decodeLatin1(text: Buffer | string): string {
	return text.toString('latin1');
}
