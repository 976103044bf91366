import pLimit from 'p-limit';
import {
	HOUR_MS,
	mergeTokenUsage,
	NO_USAGE,
	toUtcDate,
	toUtcHour,
	type ModuleCounts,
	type StatusCounts,
	type TokenUsage,
	type UsageByToken,
} from '../domain/tokenUsage';
import { DAY_MS } from '../domain/token';
import type { Clock } from '../domain/ports';

/** How long usage is collected before it's saved, in milliseconds. */
const FLUSH_DELAY_MS = 1000;

/** Requests of one token, and the responses to them. */
interface UsageCounter {
	/** Counts by status code, by hours since 1970. */
	readonly hours: Map<number, Map<number, number>>;
	/** Counts by module ID, by days since 1970. */
	readonly days: Map<number, Map<string, { read: number; write: number }>>;
	/** Of the last response, in milliseconds since 1970; negative if there was none. */
	lastUsed: number;
}

/** Counts requests and responses in memory and saves them in batches. */
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
		this.#add(tokenId, Math.floor(now / HOUR_MS), status, 1, now);
	}

	/** Counts one allowed request of a token that uses a module. */
	recordRequest(tokenId: string, moduleId: string, isRead: boolean): void {
		this.#addRequests(tokenId, Math.floor(this.clock().getTime() / DAY_MS), moduleId, isRead ? 1 : 0, isRead ? 0 : 1);
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
			for (const [tokenId, { hours, days, lastUsed }] of counters) {
				hours.forEach((statuses, hour) => statuses.forEach((count, status) => this.#add(tokenId, hour, status, count, lastUsed)));
				days.forEach((modules, day) =>
					modules.forEach(({ read, write }, moduleId) => this.#addRequests(tokenId, day, moduleId, read, write)),
				);
			}
			this.onFailure(error);
		}
	}

	#add(tokenId: string, hour: number, status: number, count: number, lastUsed: number): void {
		const counter = this.#getCounter(tokenId);
		counter.lastUsed = Math.max(counter.lastUsed, lastUsed);
		let statuses = counter.hours.get(hour);
		if (statuses === undefined) {
			counter.hours.set(hour, (statuses = new Map<number, number>()));
		}
		statuses.set(status, (statuses.get(status) ?? 0) + count);
	}

	#addRequests(tokenId: string, day: number, moduleId: string, read: number, write: number): void {
		const { days } = this.#getCounter(tokenId);
		let modules = days.get(day);
		if (modules === undefined) {
			days.set(day, (modules = new Map<string, { read: number; write: number }>()));
		}
		const counts = modules.get(moduleId);
		if (counts === undefined) {
			modules.set(moduleId, { read, write });
		} else {
			counts.read += read;
			counts.write += write;
		}
	}

	#getCounter(tokenId: string): UsageCounter {
		let counter = this.#counters.get(tokenId);
		if (counter === undefined) {
			this.#counters.set(tokenId, (counter = { hours: new Map(), days: new Map(), lastUsed: -1 }));
		}
		this.#timer ??= setTimeout(() => void this.flush(), FLUSH_DELAY_MS);
		return counter;
	}
}

function toUsageByToken(counters: ReadonlyMap<string, UsageCounter>): UsageByToken {
	return Object.fromEntries(
		Array.from(counters, ([tokenId, { hours, days, lastUsed }]) => {
			const usage = [
				...Array.from(hours, ([hour, statuses]) => toTokenUsage(new Date(hour * HOUR_MS), Object.fromEntries(statuses))),
				...Array.from(days, ([day, modules]) => toModuleUsage(new Date(day * DAY_MS), Object.fromEntries(modules))),
			];
			return [tokenId, { ...usage.reduce(mergeTokenUsage, NO_USAGE), lastUsed: lastUsed < 0 ? null : new Date(lastUsed).toISOString() }];
		}),
	);
}

/** The responses of one hour, which also count for its day. */
function toTokenUsage(start: Date, statuses: StatusCounts): TokenUsage {
	return { days: [{ date: toUtcDate(start), statuses }], hours: [{ hour: toUtcHour(start), statuses }], lastUsed: null };
}

/** The requests of one day. */
function toModuleUsage(start: Date, modules: ModuleCounts): TokenUsage {
	return { days: [{ date: toUtcDate(start), statuses: {}, modules }], lastUsed: null };
}
