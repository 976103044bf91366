/** Size of all headers of a request or response together, in bytes. */
export const HEADER_LIMIT = 64 * 1024;

/** How long things may take, in milliseconds. */
export interface Timeouts {
	/** A client's headers, from the first byte to the last. */
	readonly head: number;
	/** The next part of a client's body. */
	readonly body: number;
	/** The next request on a connection. */
	readonly keepAlive: number;
	/** The upstream's answer to begin, once it has the whole request. */
	readonly upstreamHead: number;
	/** Requests that are under way when the gateway stops. */
	readonly grace: number;
}

export const usualTimeouts: Timeouts = { head: 20_000, body: 60_000, keepAlive: 75_000, upstreamHead: 120_000, grace: 1000 };
