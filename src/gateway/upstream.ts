import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { Pool, type Dispatcher } from 'undici';
import { getBasePath } from './basePath';
import { createConnector, selectProxy, isHttpProxy, type UpstreamConnector } from './upstreamConnector';
import { MAX_HEADER_BYTES, MAX_UPSTREAM_CONNECTIONS } from './gatewayLimits';
import type { ProxyConfiguration } from './workerMessages';

/** Receives the response: `onHeaders` for each set of headers, `onData` for each chunk of the body, and finally `onComplete`, `onError`, or `onUpgrade`. */
export interface ResponseHandler {
	/** Called before the request is sent, and again if it's resent because the connection was closed. */
	onConnect(abort: (error?: Error) => void): void;
	/** @param resume continues the body after `onData` has returned false */
	onHeaders(status: number, headers: readonly Buffer[], resume: () => void, statusText: string): boolean;
	onData(chunk: Buffer): boolean;
	onComplete(trailers: readonly (Buffer | string)[] | null): void;
	onError(error: Error): void;
	onUpgrade(status: number, headers: readonly (Buffer | string)[] | null, socket: Duplex): void;
}

type ConnectionCallback = (error: Error | null, socket: Duplex) => void;

/** The API that the gateway forwards requests to, and the connections to it. */
export class Upstream {
	/** Scheme, host, and port. */
	readonly origin: string;
	/** Value of the header `Host`. */
	readonly host: string;
	/** See `getBasePath`. */
	readonly basePath: string;
	/** Headers for a forward proxy (one without a tunnel). */
	readonly proxyHeaders: readonly string[];
	/** Origin to put in front of the path, because a forward proxy requires the whole URL. */
	readonly #targetPrefix: string;
	readonly #pool: Pool;
	readonly #connect: UpstreamConnector;
	readonly #connectUrl: URL;
	/** Opens connections for requests that the pool doesn't support. Each is used once. */
	readonly agent = new Agent({ maxSockets: MAX_UPSTREAM_CONNECTIONS });

	/**
	 * @param credential value of the `Authorization` header for the upstream; null forwards the caller's
	 * @param headersTimeoutMs timeout for the response headers after the whole request was sent, in milliseconds
	 */
	constructor(
		url: URL,
		readonly credential: string | null,
		configuration: ProxyConfiguration,
		readonly headersTimeoutMs: number,
	) {
		const proxy = selectProxy(url, configuration);
		// Only TLS needs a tunnel.
		const forwardProxy = url.protocol === 'http:' && proxy && isHttpProxy(proxy) ? proxy : null;
		this.origin = url.origin;
		this.host = url.host;
		this.basePath = getBasePath(url.href);
		this.proxyHeaders = forwardProxy?.authorization ? ['proxy-authorization', forwardProxy.authorization] : [];
		this.#targetPrefix = forwardProxy ? url.origin : '';
		this.#connectUrl = forwardProxy?.url ?? url;
		this.#connect = createConnector(forwardProxy ? null : proxy, configuration);
		this.#pool = new Pool(this.#connectUrl.origin, {
			connect: this.#connect,
			connections: MAX_UPSTREAM_CONNECTIONS,
			maxHeaderSize: MAX_HEADER_BYTES,
			headersTimeout: headersTimeoutMs,
			// A stream of server-sent events may pause for any time.
			bodyTimeout: 0,
		});
		// Its type doesn't allow an asynchronous callback, although Node's documentation does.
		Object.assign(this.agent, { createConnection: (_: unknown, callback: ConnectionCallback) => this.#openConnection(callback) });
	}

	/** Returns the target for the request line: the path, or the whole URL for a forward proxy. */
	toRequestTarget(path: string): string {
		return this.#targetPrefix + path;
	}

	/** Sends a request on a pooled connection. */
	dispatch(options: Dispatcher.DispatchOptions, handler: ResponseHandler): void {
		this.#pool.dispatch(options, handler);
	}

	/** Opens a connection outside of the pool. */
	#openConnection(callback: ConnectionCallback): void {
		const { host, hostname, protocol, port } = this.#connectUrl;
		this.#connect({ host, hostname: hostname.replace(/^\[|\]$/g, ''), protocol, port }, (...[error, socket]) =>
			// The socket is null only if there's an error, which the callback's type can't express.
			callback(error, socket as unknown as Duplex),
		);
	}

	/** Closes all connections. */
	destroy(): Promise<void> {
		return this.#pool.destroy();
	}
}
