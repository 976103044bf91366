import type { Clock, Disposable } from '../domain/ports';
import { findEarliest, getNextStatusChange } from '../domain/statusSchedule';
import type { SourceToken } from '../domain/tokenSources';
import type { ClockScheduler, ScheduledCallback } from './clockScheduler';

export interface StatusChangeTimerOptions {
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
	/** Reads the setting `connectTokens.expiringDays`. */
	readExpiringDays(): number;
}

/** Runs a callback when a tracked token's status or expiration date changes as time passes. After that, it tracks no tokens. */
export class StatusChangeTimer implements Disposable {
	readonly #scheduled: ScheduledCallback;
	/** Milliseconds since the epoch. */
	#nextChangeAt = Infinity;

	constructor(
		private readonly options: StatusChangeTimerOptions,
		onChange: () => void,
	) {
		this.#scheduled = options.scheduler.schedule(() => {
			this.#nextChangeAt = Infinity;
			onChange();
		});
	}

	/** Tracks these tokens instead of those tracked before. */
	track(tokens: readonly SourceToken[]): void {
		this.#nextChangeAt = Infinity;
		this.trackAlso(tokens);
	}

	/** Tracks these tokens in addition to those tracked before. */
	trackAlso(tokens: readonly SourceToken[]): void {
		const now = this.options.clock();
		const days = this.options.readExpiringDays();
		this.#nextChangeAt = Math.min(this.#nextChangeAt, findEarliest(tokens.map(({ token }) => getNextStatusChange(token, now, days))));
		this.#scheduled.runAt(this.#nextChangeAt);
	}

	dispose(): void {
		this.#scheduled.dispose();
	}
}
