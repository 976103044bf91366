import pLimit from 'p-limit';
import type { Clock, Disposable } from '../domain/ports';
import { areCountsAhead, RequestLimiter, type LimitedRequests, type RequestCountsByToken } from '../domain/requestLimiter';
import type { TokenLimits } from '../domain/tokenLimits';
import type { ErrorResponse } from './errorResponse';
import { createLimitDenial, formatRateLimit, formatRateLimitPolicy } from './rateLimitFields';

/** How long requests are counted before they're saved, in milliseconds, unless they're the first ones for that long. */
const BATCH_MS = 1000;

/** Stores how many requests of each token were counted, and shares it with the gateways of other windows. */
export interface RequestCountStore {
	/** Calls `listener` after each change of the stored counts by any window. */
	onDidChange(listener: () => void): Disposable;
	/** Rejects if the counts can't be read. */
	read(): Promise<RequestCountsByToken>;
	/** Adds to the stored counts. If it rejects, nothing was added. */
	add(requests: readonly LimitedRequests[]): Promise<void>;
}

/** The response to a request that exceeds a limit, or the header fields for the response to one that doesn't. */
export type LimitResult =
	{ readonly denial: ErrorResponse; readonly headers?: undefined } | { readonly denial?: undefined; readonly headers: readonly string[] };

/** A limited token that was used since the last batch. */
interface Entry {
	/** Counts the requests of all windows. */
	limiter: RequestLimiter;
	/** Counts those that aren't in the store; undefined if there are none. */
	unsaved: RequestLimiter | undefined;
	/** Value of the `RateLimit-Policy` field. */
	policy: string;
}

/**
 * Enforces the limits of tokens. It never allows more than the limits by itself. Together with other windows, it may allow what they allow
 * within one batch, because it learns from them through the store, which also keeps the counts while no gateway runs.
 */
export class RequestLimits {
	/** By token ID. Doesn't grow with the number of tokens, but with that of tokens in use. */
	readonly #entries = new Map<string, Entry>();
	#stored: RequestCountsByToken = {};
	#timer: NodeJS.Timeout | undefined;
	#lastBatch = -Infinity;
	/** One access to the store at a time: requests that are being saved are only in `#stored` afterwards. */
	readonly #limit = pLimit(1);
	readonly #subscription: Disposable;

	/** @param onFailure called each time that the counts couldn't be read or saved; they're kept and saved with the next batch */
	constructor(
		private readonly store: RequestCountStore,
		private readonly clock: Clock,
		private readonly onFailure: (error: unknown) => void,
	) {
		this.#subscription = store.onDidChange(() => void this.load());
	}

	/** Reads the stored counts. Call it before the first request. Resolves when that has succeeded or failed. */
	load(): Promise<void> {
		return this.#limit(() => this.#read());
	}

	/**
	 * Checks a request against the limits of its token, and counts it if it's allowed.
	 * @param now milliseconds since 1970
	 */
	count(tokenId: string, limits: TokenLimits, now: number): LimitResult {
		const entry = this.#getEntry(tokenId, limits, now);
		const { limiter, policy } = entry;
		if (!limiter.allows(now)) {
			return { denial: createLimitDenial(tokenId, limiter, policy, now) };
		}
		limiter.count(now);
		(entry.unsaved ??= new RequestLimiter(limits, undefined, now)).count(now);
		return { headers: ['ratelimit-policy', policy, 'ratelimit', formatRateLimit(limiter, now)] };
	}

	/**
	 * Returns the response to a request that `count` would deny, without counting it; undefined if it would be allowed.
	 * @param now milliseconds since 1970
	 */
	check(tokenId: string, limits: TokenLimits, now: number): ErrorResponse | undefined {
		const { limiter, policy } = this.#getEntry(tokenId, limits, now);
		return limiter.allows(now) ? undefined : createLimitDenial(tokenId, limiter, policy, now);
	}

	/** Saves what was counted so far. Resolves when that has succeeded or failed. */
	flush(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#lastBatch = performance.now();
		return this.#limit(() => this.#save());
	}

	/** Stops following the store. Call `flush` before. */
	dispose(): void {
		clearTimeout(this.#timer);
		this.#subscription.dispose();
	}

	#getEntry(tokenId: string, limits: TokenLimits, now: number): Entry {
		// Also for requests that are denied, because other windows can change the counts where the system can't watch files.
		this.#timer ??= setTimeout(() => void this.flush(), Math.max(0, this.#lastBatch + BATCH_MS - performance.now()));
		let entry = this.#entries.get(tokenId);
		if (entry === undefined) {
			entry = {
				limiter: new RequestLimiter(limits, this.#stored[tokenId], now),
				unsaved: undefined,
				policy: formatRateLimitPolicy(limits),
			};
			this.#entries.set(tokenId, entry);
		} else if (entry.limiter.limits !== limits) {
			// The tokens were read again, so the limits may have changed.
			entry.limiter = new RequestLimiter(limits, entry.limiter.toCounts(now), now);
			entry.unsaved &&= new RequestLimiter(limits, entry.unsaved.toCounts(now), now);
			entry.policy = formatRateLimitPolicy(limits);
		}
		return entry;
	}

	async #save(): Promise<void> {
		const requests = this.#takeUnsaved();
		if (requests.length > 0) {
			try {
				await this.store.add(requests);
			} catch (error) {
				this.#restoreUnsaved(requests);
				this.onFailure(error);
				this.#timer ??= setTimeout(() => void this.flush(), BATCH_MS);
				return;
			}
		}
		await this.#read();
	}

	async #read(): Promise<void> {
		try {
			this.#stored = await this.store.read();
		} catch (error) {
			this.onFailure(error);
			return;
		}
		const now = this.clock().getTime();
		for (const [tokenId, entry] of this.#entries) {
			if (entry.unsaved) {
				const { limits } = entry.limiter;
				entry.limiter = new RequestLimiter(limits, this.#stored[tokenId], now);
				entry.limiter.add(entry.unsaved.toCounts(now) ?? {}, now);
			} else {
				// Everything about it is in the store.
				this.#entries.delete(tokenId);
			}
		}
	}

	#takeUnsaved(): readonly LimitedRequests[] {
		const now = this.clock().getTime();
		return [...this.#entries].flatMap(([tokenId, entry]) => {
			// Adding nothing also settles what was counted before the clock was set back.
			const counts = entry.unsaved?.toCounts(now) ?? (areCountsAhead(this.#stored[tokenId] ?? {}, now) ? {} : undefined);
			entry.unsaved = undefined;
			return counts ? [{ tokenId, limits: entry.limiter.limits, counts }] : [];
		});
	}

	/** Their tokens still have entries, because those are only deleted by `#read`. */
	#restoreUnsaved(requests: readonly LimitedRequests[]): void {
		const now = this.clock().getTime();
		for (const { tokenId, counts } of requests) {
			const entry = this.#entries.get(tokenId);
			if (entry) {
				(entry.unsaved ??= new RequestLimiter(entry.limiter.limits, undefined, now)).add(counts, now);
			}
		}
	}
}
