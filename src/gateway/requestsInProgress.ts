import type { ErrorResponse } from './errorResponse';
import type { Exchange } from './exchange';

/** How often requests in progress are checked, in milliseconds. */
const CHECK_INTERVAL_MS = 100;

/** A request that's being forwarded, or an open WebSocket. */
export interface RequestInProgress {
	readonly exchange: Exchange;
	/** Ends the request with this response or, if another response has started already, by closing the client's connection. */
	cancel(denial: ErrorResponse): void;
}

/** Returns the response to a request that's no longer permitted, or undefined if it still is. */
export type FindDenial = (exchange: Exchange) => ErrorResponse | undefined;

/**
 * Cancels requests in progress when their token is disabled, deleted, or rotated, expires, or loses the module. A WebSocket, an event stream,
 * or a download could otherwise continue for any time. They're checked at an interval, because a token can also expire or be changed by another
 * window, neither of which is signaled.
 */
export class RequestsInProgress {
	readonly #requests = new Set<RequestInProgress>();
	#timer: NodeJS.Timeout | undefined;

	/** @param prepareCheck returns the function that checks a request against the current tokens; must not reject */
	constructor(private readonly prepareCheck: () => FindDenial | Promise<FindDenial>) {}

	add(request: RequestInProgress): void {
		this.#requests.add(request);
		this.#timer ??= setTimeout(() => void this.#check(), CHECK_INTERVAL_MS).unref();
	}

	delete(request: RequestInProgress): void {
		this.#requests.delete(request);
	}

	async #check(): Promise<void> {
		if (this.#requests.size > 0) {
			const findDenial = await this.prepareCheck();
			for (const request of this.#requests) {
				const denial = findDenial(request.exchange);
				if (denial) {
					request.cancel(denial);
				}
			}
		}
		// Without requests, the next one starts the timer.
		this.#timer = this.#requests.size > 0 ? setTimeout(() => void this.#check(), CHECK_INTERVAL_MS).unref() : undefined;
	}
}
