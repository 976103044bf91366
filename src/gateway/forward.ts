import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import { PassThrough, type Duplex, type Readable } from 'node:stream';
import { limitSilence, linger } from './clientBody';
import type { Exchange } from './exchange';
import { upstreamRefusal } from './failures';
import { headerOf, pairs, requestHeaders, requestTrailers, responseHeaders, type RawHeaders } from './headers';
import { refusal, refuse, type Refusal } from './refusal';
import { splice } from './splice';
import { dispatchWithTrailers } from './trailers';
import type { Receiver, Upstream } from './upstream';

/** Methods that change nothing, so that a request without an answer may be made again. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What becomes of a request on a connection that its owner closed at the same moment. */
const STALE: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** A body up to this size, in bytes, is sent in one piece with its head. */
const SMALL = 16 * 1024;

/** Hands the request to the upstream and the answer to the client, both as they come. */
export function forward(exchange: Exchange, upstream: Upstream): void {
	new Forwarding(exchange, upstream).begin();
}

/** One request on its way. The client for the upstream calls it as the answer comes in. */
class Forwarding implements Receiver {
	readonly #exchange: Exchange;
	readonly #upstream: Upstream;
	readonly #body: Readable | null;
	#abort: (() => void) | undefined;
	#resume: () => void = () => undefined;
	#isOver = false;
	/** Whether the head has been sent. */
	#hasBegun = false;
	/** A part of the body that came with the head and may be all of it. */
	#waiting: Buffer | undefined;
	#isSecondTry = false;
	/** Until it is a WebSocket nobody reads the connection, so that its end would go unnoticed. */
	readonly #noticeEnd = () => void this.#exchange.upgrade?.socket.read(0);
	readonly #leave = () => void this.#exchange.upgrade?.socket.destroy();

	constructor(exchange: Exchange, upstream: Upstream) {
		this.#exchange = exchange;
		this.#upstream = upstream;
		this.#body = hasBody(exchange.request) ? this.#takeBody() : null;
	}

	begin(): void {
		const { request, response, waits, upgrade } = this.#exchange;
		const end = () => {
			if (!this.#isOver) {
				this.#isOver = true;
				this.#abort?.();
			}
		};
		response.once('close', end);
		if (response.socket === null) {
			// It waits for those before it, and would not hear of the end of a connection that it does not have yet.
			request.socket.once('close', end);
			response.once('close', () => request.socket.off('close', end));
		}
		upgrade?.socket.on('readable', this.#noticeEnd).once('end', this.#leave);
		if (waits) {
			response.writeContinue();
		}
		this.#dispatch();
	}

	onConnect(abort: () => void): void {
		this.#abort = abort;
		if (this.#isOver) {
			abort();
		}
	}

	onHeaders(status: number, rawHeaders: readonly Buffer[], resume: () => void, statusText: string): boolean {
		const { request, response, count } = this.#exchange;
		const raw = rawHeaders.map(latin1);
		if (status < 200) {
			inform(request, response, status, raw);
			return true;
		}
		this.#resume = resume;
		const canTrail = request.httpVersionMinor === 1 && request.method !== 'HEAD' && headerOf(raw, 'content-length') === undefined;
		response.sendDate = false;
		response.writeHead(
			status,
			reason(status, statusText),
			responseHeaders(raw, canTrail, (location) => this.#translate(location)),
		);
		count(status);
		if (status === 204 || status === 304) {
			// There is no body, whatever length the headers tell; the client for the upstream would wait for one.
			this.onComplete(null);
			return true;
		}
		// What comes with the head goes out with it; a head that comes alone must not wait for its body.
		process.nextTick(() => this.#sendWaiting());
		return true;
	}

	onData(chunk: Buffer): boolean {
		if (!this.#hasBegun && this.#waiting === undefined && chunk.length <= SMALL) {
			this.#waiting = chunk;
			return true;
		}
		this.#sendWaiting();
		const { response } = this.#exchange;
		const goesOn = response.write(chunk);
		if (!goesOn) {
			response.once('drain', this.#resume);
		}
		return goesOn;
	}

	onComplete(rawTrailers: readonly (Buffer | string)[] | null): void {
		if (this.#isOver) {
			return;
		}
		this.#isOver = true;
		const { request, response } = this.#exchange;
		if (rawTrailers !== null && rawTrailers.length > 0) {
			response.addTrailers(pairs(responseHeaders(rawTrailers.map(latin1), false, String)));
		}
		if (!this.#hasBegun && !response.chunkedEncoding) {
			this.#sendWhole();
		} else {
			this.#sendWaiting();
		}
		response.end();
		linger(request);
	}

	onError(error: Error): void {
		if (this.#isOver) {
			return;
		}
		const { request, response } = this.#exchange;
		if (response.headersSent) {
			this.#isOver = true;
			// The client must not take what it has for the whole: where the end of the connection is the end of the body, only a reset tells.
			if (request.httpVersionMinor === 0) {
				request.socket.resetAndDestroy();
			} else {
				response.destroy();
			}
		} else if (!this.#isSecondTry && this.#body === null && SAFE.has(request.method ?? '') && 'code' in error && STALE.has(error.code)) {
			this.#isSecondTry = true;
			this.#dispatch();
		} else {
			this.#refuse(upstreamRefusal(error, this.#upstream.origin));
		}
	}

	onUpgrade(status: number, rawHeaders: readonly (Buffer | string)[] | null, socket: Duplex): void {
		this.#isOver = true;
		const { response, upgrade, count } = this.#exchange;
		if (upgrade === undefined) {
			socket.destroy();
			return;
		}
		const headers = responseHeaders((rawHeaders ?? []).map(latin1), false, String);
		const lines = pairs([...headers, 'connection', 'upgrade', 'upgrade', 'websocket']).map(([name, value]) => `${name}: ${value}\r\n`);
		response.detachSocket(upgrade.socket);
		upgrade.socket.off('readable', this.#noticeEnd).off('end', this.#leave);
		upgrade.socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`, 'latin1');
		count(status);
		socket.write(upgrade.head);
		splice(upgrade.socket, socket);
	}

	/**
	 * Sends head and body in one piece: as a text of the same bytes the body joins the head, which is text as well.
	 * Held back and let go at once, it is written before the response ends, whose end is then no second piece.
	 */
	#sendWhole(): void {
		this.#hasBegun = true;
		if (this.#waiting !== undefined) {
			const { response } = this.#exchange;
			response.socket?.cork();
			response.write(this.#waiting.toString('latin1'), 'latin1');
			response.socket?.uncork();
		}
	}

	/** Sends the head and what came with it, unless that is done. */
	#sendWaiting(): void {
		if (this.#hasBegun) {
			return;
		}
		this.#hasBegun = true;
		// Without a body of its own the head is written like one; to flush it would turn its bytes into UTF-8.
		this.#exchange.response.write(this.#waiting ?? '', 'latin1');
	}

	#dispatch(): void {
		const { request, target, upgrade } = this.#exchange;
		const { host, credential, base, proxyHeaders } = this.#upstream;
		const options = {
			method: request.method ?? '',
			path: this.#upstream.target(base + target),
			headers: [...requestHeaders(request.rawHeaders, host, credential), ...proxyHeaders],
			body: this.#body,
			upgrade: upgrade ? 'websocket' : null,
		};
		// A body whose length is told has no trailers, whatever is announced, and must not be sent in chunks as well.
		if (this.#body !== null && request.headers.trailer !== undefined && request.headers['content-length'] === undefined) {
			dispatchWithTrailers(this.#upstream, options, this.#body, () => requestTrailers(request.rawTrailers), this);
		} else {
			this.#upstream.dispatch(options, this);
		}
	}

	/** The upstream's client may end the stream it is given as soon as it has an answer; the request itself must outlive that. */
	#takeBody(): Readable {
		const { request } = this.#exchange;
		const body = new PassThrough();
		// Whoever reads it hears of these; nobody may.
		body.on('error', () => undefined);
		request.on('error', (error) => body.destroy(error));
		body.once('close', () => request.unpipe(body).resume());
		limitSilence(
			this.#exchange,
			() => body.writableNeedDrain,
			() => {
				this.#refuse({
					...refusal(408, 'The request’s body did not go on. Send it without long pauses.'),
					headers: ['connection', 'close'],
				});
				this.#abort?.();
			},
		);
		return request.pipe(body);
	}

	#refuse(refused: Refusal): void {
		const { request, response, count } = this.#exchange;
		this.#isOver = true;
		if (response.headersSent) {
			response.destroy();
		} else if (!response.destroyed) {
			count(refused.status);
			refuse(request, response, refused);
		}
	}

	/** A redirection within the upstream, as the client sees it. */
	#translate(location: string): string {
		const { origin, base } = this.#upstream;
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
function inform({ httpVersionMinor }: IncomingMessage, response: ServerResponse, status: number, raw: RawHeaders): void {
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
function reason(status: number, text: string): string {
	return /[^\0-\xff]/.test(text) ? (STATUS_CODES[status] ?? '') : text;
}

function latin1(text: Buffer | string): string {
	return text.toString('latin1');
}
