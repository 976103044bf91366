import type { Clock, Disposable } from '../domain/ports';

/**
 * Timers don't run while a machine sleeps, and don't notice when the clock is set. Checking the clock at this interval limits how late a
 * callback runs. It's also below the longest timeout that Node supports.
 */
const MAX_TIMER_MS = 5 * 60_000;

/** Starts a one-shot timer. */
export type StartTimer = (callback: () => void, milliseconds: number) => Disposable;

/** A callback that runs at a given time. */
export interface ScheduledCallback extends Disposable {
	/**
	 * Runs the callback once at this time instead of the one set before.
	 * @param at milliseconds since the epoch, `Infinity` for never
	 */
	runAt(at: number): void;
}

/** Runs callbacks at times of the wall clock. They share one timer, which runs only while a callback has a time. */
export class ClockScheduler implements Disposable {
	readonly #scheduledTimes = new Map<() => void, number>();
	#timer: Disposable | undefined;
	#lastCheckedAt: number;

	constructor(
		private readonly clock: Clock,
		private readonly startTimer: StartTimer = startNodeTimer,
	) {
		this.#lastCheckedAt = clock().getTime();
	}

	/** @param callback runs at the times set later and, even if none is set, when the clock was set back */
	schedule(callback: () => void): ScheduledCallback {
		this.#scheduledTimes.set(callback, Infinity);
		return {
			runAt: (at) => {
				this.#scheduledTimes.set(callback, at);
				this.#restartTimer();
			},
			dispose: () => {
				this.#scheduledTimes.delete(callback);
				this.#restartTimer();
			},
		};
	}

	/** Runs the callbacks that are due. Call this when the clock might have jumped. */
	runDue(): void {
		const now = this.clock().getTime();
		const wasClockSetBack = now < this.#lastCheckedAt;
		this.#lastCheckedAt = now;
		for (const [callback, at] of [...this.#scheduledTimes]) {
			if (wasClockSetBack || at <= now) {
				this.#scheduledTimes.set(callback, Infinity);
				callback();
			}
		}
		this.#restartTimer();
	}

	dispose(): void {
		this.#scheduledTimes.clear();
		this.#restartTimer();
	}

	#restartTimer(): void {
		this.#timer?.dispose();
		this.#timer = undefined;
		const next = Math.min(...this.#scheduledTimes.values());
		if (next < Infinity) {
			this.#timer = this.startTimer(() => this.runDue(), Math.min(Math.max(next - this.clock().getTime(), 0), MAX_TIMER_MS));
		}
	}
}

function startNodeTimer(callback: () => void, milliseconds: number): Disposable {
	const timer = setTimeout(callback, milliseconds);
	return { dispose: () => clearTimeout(timer) };
}
