/** Size of all headers of a request or response together, in bytes. */
export const MAX_HEADER_BYTES = 64 * 1024;

/** How long things may take, in milliseconds. */
export interface GatewayTimeouts {
	/** A client's headers, from the first byte to the last. */
	readonly requestHeadersMs: number;
	/** The next part of a client's body. */
	readonly bodyIdleMs: number;
	/** The next request on a connection. */
	readonly keepAliveMs: number;
	/** The upstream's answer to begin, once it has the whole request. */
	readonly upstreamHeadersMs: number;
	/** Requests that are under way when the gateway stops. */
	readonly shutdownGraceMs: number;
}

export const DEFAULT_TIMEOUTS: GatewayTimeouts = {
	requestHeadersMs: 20_000,
	bodyIdleMs: 60_000,
	keepAliveMs: 75_000,
	upstreamHeadersMs: 120_000,
	shutdownGraceMs: 1000,
};
