/** Limit for all headers of a request or response together, in bytes. */
export const MAX_HEADER_BYTES = 64 * 1024;

/** Connections to the upstream that are open at the same time, not counting WebSockets. Further requests wait. */
export const MAX_UPSTREAM_CONNECTIONS = 512;

/** Requests that wait for approval at the same time. Further ones are denied. */
export const MAX_HELD_REQUESTS = 100;

/** Timeouts, in milliseconds. */
export interface GatewayTimeouts {
	/** For receiving all headers of a request. */
	readonly requestHeadersMs: number;
	/** For pauses while a client sends its body. */
	readonly bodyIdleMs: number;
	/** For the next request on an open connection. */
	readonly keepAliveMs: number;
	/** For the upstream's response headers after the whole request was sent. */
	readonly upstreamHeadersMs: number;
	/** For requests in progress when the gateway stops. */
	readonly shutdownGraceMs: number;
	/** For the user's decision about a request that requires approval. */
	readonly approvalMs: number;
}

export const DEFAULT_TIMEOUTS: GatewayTimeouts = {
	requestHeadersMs: 20_000,
	bodyIdleMs: 60_000,
	keepAliveMs: 75_000,
	upstreamHeadersMs: 120_000,
	shutdownGraceMs: 1000,
	approvalMs: 60_000,
};
