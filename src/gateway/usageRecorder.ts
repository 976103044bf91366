import pLimit from 'p-limit';
import { DAY_MS } from '../domain/token';
import type { UsageByToken } from '../domain/tokenUsage';
import type { Clock } from '../domain/ports';

/** How long usage is collected before it's saved, in milliseconds. */
const FLUSH_DELAY_MS = 1000;

/** Responses to one token. */
interface UsageCounter {
	/** Counts by status code, by days since 1970. */
	readonly days: Map<number, Map<number, number>>;
	/** Milliseconds since 1970. */
	lastUsed: number;
}

/** Counts responses in memory and saves them in batches. */
export class UsageRecorder {
	#counters = new Map<string, UsageCounter>();
	#timer: NodeJS.Timeout | undefined;
	/** Writes run one at a time, even if the disk is slow. */
	readonly #limit = pLimit(1);

	/**
	 * @param write adds to the saved usage; if it rejects, the counts are kept and saved with the next batch
	 * @param onFailure called for each batch that couldn't be saved
	 */
	constructor(
		private readonly write: (usage: UsageByToken) => Promise<void>,
		private readonly clock: Clock,
		private readonly onFailure: (error: unknown) => void,
	) {}

	/** Counts one response with this status for a token. */
	recordResponse(tokenId: string, status: number): void {
		const now = this.clock().getTime();
		this.#add(tokenId, Math.floor(now / DAY_MS), status, 1, now);
	}

	/** Saves what was counted so far. Resolves when that has succeeded or failed. */
	flush(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		return this.#limit(() => this.#flush());
	}

	async #flush(): Promise<void> {
		const counters = this.#counters;
		if (counters.size === 0) {
			return;
		}
		this.#counters = new Map();
		try {
			await this.write(toUsageByToken(counters));
		} catch (error) {
			for (const [tokenId, { days, lastUsed }] of counters) {
				days.forEach((statuses, day) => statuses.forEach((count, status) => this.#add(tokenId, day, status, count, lastUsed)));
			}
			this.onFailure(error);
		}
	}

	#add(tokenId: string, day: number, status: number, count: number, lastUsed: number): void {
		let counter = this.#counters.get(tokenId);
		if (counter === undefined) {
			this.#counters.set(tokenId, (counter = { days: new Map(), lastUsed }));
		}
		counter.lastUsed = Math.max(counter.lastUsed, lastUsed);
		let statuses = counter.days.get(day);
		if (statuses === undefined) {
			counter.days.set(day, (statuses = new Map<number, number>()));
		}
		statuses.set(status, (statuses.get(status) ?? 0) + count);
		this.#timer ??= setTimeout(() => void this.flush(), FLUSH_DELAY_MS);
	}
}

function toUsageByToken(counters: ReadonlyMap<string, UsageCounter>): UsageByToken {
	return Object.fromEntries(
		Array.from(counters, ([tokenId, { days, lastUsed }]) => [
			tokenId,
			{
				days: Array.from(days, ([day, statuses]) => ({
					date: new Date(day * DAY_MS).toISOString().slice(0, 10),
					statuses: Object.fromEntries(statuses),
				})).sort((a, b) => (a.date < b.date ? -1 : 1)),
				lastUsed: new Date(lastUsed).toISOString(),
			},
		]),
	);
}
