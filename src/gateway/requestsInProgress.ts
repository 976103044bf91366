import type { Clock } from '../domain/ports';
import type { KeyRecord, TokenRecord } from '../domain/token';
import type { ErrorResponse } from './errorResponse';
import type { Exchange } from './exchange';

/**
 * Timers don't run while a machine sleeps, and don't notice when the clock is set. Looking at the clock at this interval limits how late an
 * expiration is noticed. It's also below the longest timeout that Node supports, 24.8 days.
 */
const MAX_TIMER_MS = 5 * 60_000;

/** A request that's being forwarded, or an open WebSocket. */
export interface RequestInProgress {
	readonly exchange: Exchange;
	/** Its index in `RequestsInProgress`, which sets it; undefined while it isn't in there. */
	slot: number | undefined;
	/** Ends the request with this response or, if another response has started already, by closing the client's connection. */
	cancel(denial: ErrorResponse): void;
}

/** Returns the response to a request that's no longer permitted, or the current records of its token and key if it still is. */
export type CheckRequest = (
	exchange: Exchange,
) => { readonly denial: ErrorResponse } | { readonly token: TokenRecord; readonly key: KeyRecord; readonly denial?: undefined };

/**
 * Cancels requests in progress when their token is disabled, deleted, or rotated, expires, or loses the module. A WebSocket, an event stream,
 * or a download could otherwise continue for any time. They're checked when the host signals that this or another window changed the tokens,
 * and when the first of their keys expires, for which there's one timer. So open requests cost nothing until then, no matter how many there are.
 */
export class RequestsInProgress {
	/**
	 * Requests by slot. A Map would replace its table again and again, and each old table would keep its requests in memory until the next full
	 * garbage collection: the partial ones took ten times as long.
	 */
	readonly #requests: (RequestInProgress | undefined)[] = [];
	readonly #freeSlots: number[] = [];
	/** No key expires before this. It may be the expiration of a request that has ended: an unnecessary check costs less than finding the next one. */
	#nextExpiration = Infinity;
	#timer: NodeJS.Timeout | undefined;
	#pendingCheck: Promise<void> | undefined;

	/** @param prepareCheck resolves with a check against the tokens that are current when it resolves; must not reject */
	constructor(
		private readonly clock: Clock,
		private readonly prepareCheck: () => CheckRequest | Promise<CheckRequest>,
	) {}

	add(request: RequestInProgress): void {
		const slot = this.#freeSlots.pop() ?? this.#requests.length;
		request.slot = slot;
		this.#requests[slot] = request;
		const expiration = getExpiration(request.exchange.key);
		if (expiration < this.#nextExpiration) {
			this.#waitForExpiration(expiration);
		}
	}

	/** Does nothing if it isn't in there. */
	delete(request: RequestInProgress): void {
		if (request.slot === undefined) {
			return;
		}
		this.#requests[request.slot] = undefined;
		this.#freeSlots.push(request.slot);
		request.slot = undefined;
		if (this.#freeSlots.length === this.#requests.length) {
			this.#waitForExpiration(Infinity);
		}
	}

	/** Checks all requests against the current tokens. A check that's in progress isn't repeated, because it uses the latest tokens anyway. */
	check(): Promise<void> {
		return (this.#pendingCheck ??= this.#check().finally(() => (this.#pendingCheck = undefined)));
	}

	async #check(): Promise<void> {
		if (this.#freeSlots.length === this.#requests.length) {
			return;
		}
		const checkRequest = await this.prepareCheck();
		let nextExpiration = Infinity;
		for (const request of this.#requests.filter((item) => item !== undefined)) {
			const result = checkRequest(request.exchange);
			if (result.denial) {
				// Its connection may take a while to close, and must not be checked again until then.
				this.delete(request);
				request.cancel(result.denial);
			} else {
				// A renewal changes when the key expires.
				nextExpiration = Math.min(nextExpiration, getExpiration(result.key));
			}
		}
		this.#waitForExpiration(nextExpiration);
	}

	#waitForExpiration(expiration: number): void {
		clearTimeout(this.#timer);
		this.#nextExpiration = expiration;
		if (expiration < Infinity) {
			const remainingMs = expiration - this.clock().getTime();
			this.#timer = setTimeout(() => this.#handleTimer(), Math.min(Math.max(remainingMs, 0), MAX_TIMER_MS)).unref();
		}
	}

	#handleTimer(): void {
		if (this.#nextExpiration <= this.clock().getTime()) {
			void this.check();
		} else {
			this.#waitForExpiration(this.#nextExpiration);
		}
	}
}

function getExpiration({ expirationDate }: KeyRecord): number {
	return expirationDate === null ? Infinity : Date.parse(expirationDate);
}
