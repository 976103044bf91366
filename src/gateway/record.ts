import { DAY } from '../domain/token';
import type { Counted } from '../domain/statistics';
import type { Clock } from '../domain/ports';

/** How long a response may wait to be written down, in milliseconds. */
const BATCH = 1000;

/** Responses to one token: numbers by status code, by days since 1970. */
interface Uses {
	readonly days: Map<number, Map<number, number>>;
	/** Milliseconds since 1970. */
	lastUsed: number;
}

/** Counts responses in memory and writes them down in batches. */
export class Recorder {
	#uses = new Map<string, Uses>();
	#timer: NodeJS.Timeout | undefined;
	#writing: Promise<void> = Promise.resolve();

	/**
	 * @param write adds to what was counted before; when it rejects, the counts are kept for the next time
	 * @param onFailure hears of every batch that could not be written
	 */
	constructor(
		private readonly write: (counted: Counted) => Promise<void>,
		private readonly clock: Clock,
		private readonly onFailure: (error: unknown) => void,
	) {}

	/** Counts one response with this status to a token. */
	count(tokenId: string, status: number): void {
		const now = this.clock().getTime();
		this.#add(tokenId, Math.floor(now / DAY), status, 1, now);
	}

	/** Writes down what was counted; resolves when that is done or has failed. */
	flush(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		// One after the other: a slow disk must not be asked twice.
		return (this.#writing = this.#writing.then(() => this.#flush()));
	}

	async #flush(): Promise<void> {
		const uses = this.#uses;
		if (uses.size === 0) {
			return;
		}
		this.#uses = new Map();
		try {
			await this.write(countedOf(uses));
		} catch (error) {
			for (const [tokenId, { days, lastUsed }] of uses) {
				days.forEach((statuses, day) => statuses.forEach((count, status) => this.#add(tokenId, day, status, count, lastUsed)));
			}
			this.onFailure(error);
		}
	}

	#add(tokenId: string, day: number, status: number, count: number, lastUsed: number): void {
		let uses = this.#uses.get(tokenId);
		if (uses === undefined) {
			this.#uses.set(tokenId, (uses = { days: new Map(), lastUsed }));
		}
		uses.lastUsed = Math.max(uses.lastUsed, lastUsed);
		let statuses = uses.days.get(day);
		if (statuses === undefined) {
			uses.days.set(day, (statuses = new Map<number, number>()));
		}
		statuses.set(status, (statuses.get(status) ?? 0) + count);
		this.#timer ??= setTimeout(() => void this.flush(), BATCH);
	}
}

function countedOf(uses: ReadonlyMap<string, Uses>): Counted {
	return Object.fromEntries(
		Array.from(uses, ([tokenId, { days, lastUsed }]) => [
			tokenId,
			{
				days: Array.from(days, ([day, statuses]) => ({
					date: new Date(day * DAY).toISOString().slice(0, 10),
					statuses: Object.fromEntries(statuses),
				})).sort((one, other) => (one.date < other.date ? -1 : 1)),
				lastUsed: new Date(lastUsed).toISOString(),
			},
		]),
	);
}
