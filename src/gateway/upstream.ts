import type { Duplex } from 'node:stream';
import { Pool, type Dispatcher } from 'undici';
import { createConnector, selectProxy, isHttpProxy, type UpstreamConnector } from './upstreamConnector';
import { MAX_HEADER_BYTES } from './gatewayLimits';
import type { ProxyConfiguration } from './workerMessages';

/** Hears how a request fares: `onHeaders` for every head, `onData` for every part of the body, and in the end one of the last three. */
export interface ResponseHandler {
	/** The request is about to be sent; it may be sent again when the connection turns out to be closed. */
	onConnect(abort: (error?: Error) => void): void;
	/** @param resume goes on with the body after `onData` has returned false */
	onHeaders(status: number, headers: readonly Buffer[], resume: () => void, statusText: string): boolean;
	onData(chunk: Buffer): boolean;
	onComplete(trailers: readonly (Buffer | string)[] | null): void;
	onError(error: Error): void;
	onUpgrade(status: number, headers: readonly (Buffer | string)[] | null, socket: Duplex): void;
}

/** The API behind the gateway, and the connections to it. */
export class Upstream {
	/** Scheme, host and port. */
	readonly origin: string;
	/** Value of the header `Host`. */
	readonly host: string;
	/** Path under which everything lies, without a slash at its end: empty, or `/public/v1`. */
	readonly basePath: string;
	/** Headers for a proxy that gets the requests themselves. */
	readonly proxyHeaders: readonly string[];
	/** What stands before the path in a request: such a proxy wants the whole URL. */
	readonly #targetPrefix: string;
	readonly #pool: Pool;
	readonly #connect: UpstreamConnector;
	readonly #connectUrl: URL;

	/**
	 * @param credential value of `Authorization` for the upstream; null passes the caller's on
	 * @param headersTimeoutMs how long it may take to begin its answer once it has the whole request, in milliseconds
	 */
	constructor(
		url: URL,
		readonly credential: string | null,
		configuration: ProxyConfiguration,
		readonly headersTimeoutMs: number,
	) {
		const proxy = selectProxy(url, configuration);
		// Only what is encrypted needs a tunnel.
		const forwardProxy = url.protocol === 'http:' && proxy && isHttpProxy(proxy) ? proxy : null;
		this.origin = url.origin;
		this.host = url.host;
		this.basePath = url.pathname.replace(/\/+$/, '');
		this.proxyHeaders = forwardProxy?.authorization ? ['proxy-authorization', forwardProxy.authorization] : [];
		this.#targetPrefix = forwardProxy ? url.origin : '';
		this.#connectUrl = forwardProxy?.url ?? url;
		this.#connect = createConnector(forwardProxy ? null : proxy, configuration);
		this.#pool = new Pool(this.#connectUrl.origin, {
			connect: this.#connect,
			maxHeaderSize: MAX_HEADER_BYTES,
			headersTimeout: headersTimeoutMs,
			// A stream of events may be silent for as long as it likes.
			bodyTimeout: 0,
		});
	}

	/** What a request for a path of the upstream has in its first line. */
	toRequestTarget(path: string): string {
		return this.#targetPrefix + path;
	}

	/** Makes a request and reports on it to `receiver`. */
	dispatch(options: Dispatcher.DispatchOptions, handler: ResponseHandler): void {
		this.#pool.dispatch(options, handler);
	}

	/** Opens a connection that is not of the pool. */
	openConnection(callback: (error: Error | null, socket: Duplex) => void): void {
		const { host, hostname, protocol, port } = this.#connectUrl;
		this.#connect({ host, hostname: hostname.replace(/^\[|\]$/g, ''), protocol, port }, (...[error, socket]) =>
			// Without a socket there is an error, at which nobody looks for one.
			callback(error, socket as unknown as Duplex),
		);
	}

	/** Ends all connections. */
	destroy(): Promise<void> {
		return this.#pool.destroy();
	}
}
