import { DAY_MS } from './token';
import type { RatePeriod } from './tokenLimits';
import { HOUR_MS } from './tokenUsage';

/** Lengths of the periods that a rate can be counted in, in milliseconds. */
export const RATE_PERIOD_MS: Readonly<Record<RatePeriod, number>> = { second: 1000, minute: 60_000, hour: HOUR_MS, day: DAY_MS };

/**
 * Requests of two consecutive periods. Periods start at multiples of their length since 1970, UTC, so they're the same in all windows.
 */
export interface PeriodCounts {
	readonly per: RatePeriod;
	/** A time in the current period, for which the counts are known. Milliseconds since 1970. */
	readonly at: number;
	readonly current: number;
	readonly previous: number;
}

/**
 * Counts requests in a sliding window, like HAProxy's `gpc_rate`: those of the current period, plus those of the previous one weighted by the
 * share of it that a window of one period's length, ending now, still covers.
 *
 * If the clock is set back into an earlier period, everything that counts at that time is counted in the period that the clock is in now. So the
 * number never drops because of it, and no request counts for longer than it would if it had been made then. If the clock is set forward, the
 * time in between counts as passed, because it can't be distinguished from sleep.
 */
export class SlidingWindow {
	readonly #periodMs: number;
	/** When the current period started. */
	#start: number;
	/** The last known time. */
	#now: number;
	#current = 0;
	#previous = 0;

	/** @param now milliseconds since 1970, here and below */
	constructor(
		readonly per: RatePeriod,
		now: number,
	) {
		this.#periodMs = RATE_PERIOD_MS[per];
		this.#start = this.#findStart(now);
		this.#now = now;
	}

	/** Creates a window with counts of any period. If it's another one, everything that counts now is counted in the current period. */
	static restore(counts: PeriodCounts, per: RatePeriod, now: number): SlidingWindow {
		const stored = new SlidingWindow(counts.per, counts.at);
		stored.#current = counts.current;
		stored.#previous = counts.previous;
		stored.#moveTo(now);
		if (stored.per === per) {
			return stored;
		}
		const restored = new SlidingWindow(per, now);
		restored.#current = stored.#sumUp();
		return restored;
	}

	/** Returns how many requests count now, rounded down: with a limit of n, another one is allowed if it's less than n. */
	getUsed(now: number): number {
		this.#moveTo(now);
		// Exact up to 100 million requests per day. Beyond that, it's exact to 1 request.
		return this.#current + Math.floor((this.#previous * this.#getRemainingMs()) / this.#periodMs);
	}

	/** Returns in how many milliseconds fewer than `requests` requests, which is at least 1, will count if none is made until then. */
	getMsUntilFewerThan(requests: number, now: number): number {
		this.#moveTo(now);
		const remainingMs = this.#getRemainingMs();
		const usableMs = this.#findUsableMs(requests - this.#current, this.#previous);
		if (usableMs >= 0) {
			return Math.max(0, remainingMs - usableMs);
		}
		// In the next period, those of this period are the previous ones.
		return remainingMs + this.#periodMs - this.#findUsableMs(requests, this.#current);
	}

	/** Counts one request. */
	count(now: number): void {
		this.#moveTo(now);
		this.#current++;
	}

	/** Counts the requests of another window in addition. */
	add(counts: PeriodCounts, now: number): void {
		this.#moveTo(now);
		const other = SlidingWindow.restore(counts, this.per, now);
		this.#current += other.#current;
		this.#previous += other.#previous;
	}

	/** Returns the counts, or undefined if there are none. */
	toCounts(now: number): PeriodCounts | undefined {
		this.#moveTo(now);
		return this.#current === 0 && this.#previous === 0
			? undefined
			: { per: this.per, at: this.#now, current: this.#current, previous: this.#previous };
	}

	#moveTo(now: number): void {
		const elapsedMs = now - this.#start;
		if (elapsedMs < 0) {
			this.#current = this.#sumUp();
			this.#previous = 0;
			this.#start = this.#findStart(now);
		} else if (elapsedMs >= this.#periodMs) {
			this.#previous = elapsedMs < 2 * this.#periodMs ? this.#current : 0;
			this.#current = 0;
			this.#start = this.#findStart(now);
		}
		this.#now = now;
	}

	/** Returns how many requests counted at the last known time, rounded up. */
	#sumUp(): number {
		return this.#current + Math.ceil((this.#previous * this.#getRemainingMs()) / this.#periodMs);
	}

	/**
	 * How much of the current period remains after this millisecond, and of the previous one still counts: 0 to 1 less than the length of a period.
	 * With this millisecond itself, a request counts for at most one period, so one request per second is within a rate of one per second.
	 */
	#getRemainingMs(): number {
		return this.#periodMs - 1 - (this.#now - this.#start);
	}

	/** Returns the largest remaining time of a period in which fewer than `requests` of the `previous` requests count; negative if there's none. */
	#findUsableMs(requests: number, previous: number): number {
		return requests <= 0 ? -1 : Math.min(this.#periodMs - 1, Math.ceil((requests * this.#periodMs) / previous) - 1);
	}

	#findStart(now: number): number {
		return now - (now % this.#periodMs);
	}
}
