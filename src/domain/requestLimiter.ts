import { SlidingWindow, type PeriodCounts } from './slidingWindow';
import type { RemainingRequests, TokenLimits } from './tokenLimits';

/** Allowed requests of a token that count toward its limits. A property is omitted if there are none, or if the token doesn't have that limit. */
export interface RequestCounts {
	readonly rate?: PeriodCounts;
	/** Requests since the token has had a total. */
	readonly total?: number;
}

/** Counted requests by token ID. */
export type RequestCountsByToken = Readonly<Record<string, RequestCounts>>;

/** Counted requests of a token with these limits. */
export interface LimitedRequests {
	readonly tokenId: string;
	readonly limits: TokenLimits;
	readonly counts: RequestCounts;
}

/**
 * Adds up the requests of two windows. Counts of limits that the token doesn't have are dropped; those of another period than the rate's are
 * converted. Returns undefined if none are left.
 * @param now milliseconds since 1970, here and below
 */
export function addRequestCounts(
	counts: RequestCounts,
	{ limits, counts: added }: LimitedRequests,
	now: number,
): RequestCounts | undefined {
	const limiter = new RequestLimiter(limits, counts, now);
	limiter.add(added, now);
	return limiter.toCounts(now);
}

/** Returns what limits still allow after these requests. */
export function computeRemainingRequests(limits: TokenLimits, counts: RequestCounts | undefined, now: number): RemainingRequests {
	const limiter = new RequestLimiter(limits, counts, now);
	return {
		...(limits.rate && { rate: limiter.getRemainingOfRate(now) }),
		...(limits.total !== undefined && { total: limiter.remainingOfTotal }),
	};
}

/** Whether there are counts of limits that a token doesn't have anymore. */
export function hasUnlimitedCounts({ rate, total }: RequestCounts, limits: TokenLimits | undefined): boolean {
	return (rate !== undefined && limits?.rate === undefined) || (total !== undefined && limits?.total === undefined);
}

/** Removes counts of limits that a token doesn't have anymore. Returns undefined if none are left. */
export function dropUnlimitedCounts({ rate, total }: RequestCounts, limits: TokenLimits | undefined): RequestCounts | undefined {
	return toOptionalCounts(limits?.rate && rate, limits?.total === undefined ? undefined : total);
}

/** Whether the clock was set back since these requests were counted. They'd count until it's there again if they aren't settled. */
export function areCountsAhead({ rate }: RequestCounts, now: number): boolean {
	return rate !== undefined && rate.at > now;
}

/**
 * Removes counts of periods that have passed, and moves those ahead of the clock to this time. Otherwise returns what was counted. Returns
 * undefined if nothing is left.
 */
export function settleCounts(counts: RequestCounts, now: number): RequestCounts | undefined {
	const { rate, total } = counts;
	const settled = rate && SlidingWindow.restore(rate, rate.per, now).toCounts(now);
	return toOptionalCounts(settled && !areCountsAhead(counts, now) ? rate : settled, total);
}

function toOptionalCounts(rate: PeriodCounts | undefined, total: number | undefined): RequestCounts | undefined {
	return rate || total !== undefined ? { ...(rate && { rate }), ...(total !== undefined && { total }) } : undefined;
}

/** Decides whether a token's limits allow a request, and counts those that are allowed. Denied ones don't count. */
export class RequestLimiter {
	#window: SlidingWindow | undefined;
	/** Requests in total. */
	#used = 0;

	/** @param counts what was counted before; the counts of another period than the rate's are converted */
	constructor(
		readonly limits: TokenLimits,
		counts: RequestCounts | undefined,
		now: number,
	) {
		const { rate } = limits;
		if (rate) {
			this.#window = counts?.rate ? SlidingWindow.restore(counts.rate, rate.per, now) : new SlidingWindow(rate.per, now);
		}
		if (limits.total !== undefined) {
			this.#used = counts?.total ?? 0;
		}
	}

	/** How many requests are left of the total; infinite without one. */
	get remainingOfTotal(): number {
		return Math.max(0, (this.limits.total ?? Infinity) - this.#used);
	}

	/** Returns how many requests the rate allows at this time; infinite without one. */
	getRemainingOfRate(now: number): number {
		return this.#window && this.limits.rate ? Math.max(0, this.limits.rate.requests - this.#window.getUsed(now)) : Infinity;
	}

	/** Returns in how many milliseconds the rate allows more than `remaining` requests, if none is made until then. */
	getMsUntilMoreThan(remaining: number, now: number): number {
		return this.#window && this.limits.rate ? this.#window.getMsUntilFewerThan(this.limits.rate.requests - remaining, now) : 0;
	}

	/** Whether another request is allowed. */
	allows(now: number): boolean {
		return this.remainingOfTotal > 0 && this.getRemainingOfRate(now) > 0;
	}

	/** Counts an allowed request. */
	count(now: number): void {
		this.#window?.count(now);
		if (this.limits.total !== undefined) {
			this.#used++;
		}
	}

	/** Counts requests of another window in addition. */
	add({ rate, total }: RequestCounts, now: number): void {
		if (rate) {
			this.#window?.add(rate, now);
		}
		if (total !== undefined && this.limits.total !== undefined) {
			this.#used += total;
		}
	}

	/** Returns what was counted; undefined if nothing was. */
	toCounts(now: number): RequestCounts | undefined {
		return toOptionalCounts(this.#window?.toCounts(now), this.#used > 0 ? this.#used : undefined);
	}
}
