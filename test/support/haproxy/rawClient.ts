import { connect, type Socket } from 'node:net';

/** A response, read from a connection. */
export interface RawResponse {
	/** 0 if the server closed the connection without a response. */
	readonly status: number;
	/** Headers, with their names in lower case. */
	readonly head: string;
	readonly body: string;
}

/** How long a response may take, in milliseconds. */
const TIMEOUT_MS = 20_000;

/** Sends requests as they are, one after another, on connections that it keeps open. */
export class RawClient {
	#socket: Socket | undefined;
	#received = '';
	#isClosed = false;
	#onChange: () => void = () => undefined;

	constructor(private readonly port: number) {}

	/**
	 * Sends the bytes of a request, one character each, and resolves with the final response.
	 * @param keepsOpen false if the server could see another request in the bytes
	 */
	async send(request: string, keepsOpen: boolean): Promise<RawResponse> {
		const isNew = this.#socket === undefined;
		const response = await this.#sendOnce(request, keepsOpen);
		// The server may have closed the connection before it received the request.
		return response.status === 0 && !isNew ? this.#sendOnce(request, keepsOpen) : response;
	}

	close(): void {
		this.#socket?.destroy();
		this.#socket = undefined;
	}

	async #sendOnce(request: string, keepsOpen: boolean): Promise<RawResponse> {
		const socket = (this.#socket ??= this.#open());
		this.#received = '';
		socket.write(request, 'latin1');
		const isHead = request.startsWith('HEAD ');
		const response = await new Promise<RawResponse>((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error(`There's no response to ${JSON.stringify(request)}.`)), TIMEOUT_MS);
			this.#onChange = () => {
				const parsed = parseResponse(this.#received, isHead, this.#isClosed);
				if (parsed) {
					clearTimeout(timer);
					resolve(parsed);
				}
			};
			this.#onChange();
		});
		if (!keepsOpen || response.status === 0 || /^connection: *close/m.test(response.head)) {
			this.close();
		}
		return response;
	}

	#open(): Socket {
		this.#isClosed = false;
		const socket = connect(this.port, '127.0.0.1').setNoDelay(true).setEncoding('latin1');
		socket
			.on('data', (text: string) => {
				if (socket === this.#socket) {
					this.#received += text;
					this.#onChange();
				}
			})
			.on('error', () => undefined)
			.on('close', () => {
				if (socket === this.#socket) {
					this.#socket = undefined;
					this.#isClosed = true;
					this.#onChange();
				}
			});
		return socket;
	}
}

/** Returns undefined if the response isn't complete. */
function parseResponse(text: string, isHead: boolean, isClosed: boolean): RawResponse | undefined {
	const headEnd = text.indexOf('\r\n\r\n');
	if (headEnd < 0) {
		return isClosed ? { status: 0, head: '', body: '' } : undefined;
	}
	const head = text.slice(0, headEnd).replace(/^[^\s:]+(?=:)/gm, (name) => name.toLowerCase());
	const status = Number(head.slice(9, 12));
	const rest = text.slice(headEnd + 4);
	if (status < 200) {
		return parseResponse(rest, isHead, isClosed);
	}
	if (isHead || status === 204 || status === 304) {
		return { status, head, body: '' };
	}
	const length = /^content-length: *(\d+)/m.exec(head)?.[1];
	if (length !== undefined) {
		return rest.length >= Number(length) ? { status, head, body: rest.slice(0, Number(length)) } : undefined;
	}
	return isClosed ? { status, head, body: rest } : undefined;
}
