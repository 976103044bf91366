import type { Clock, Disposable } from '../domain/ports';

/**
 * How long a timer runs at most before the clock is looked at again, in milliseconds. Timers stand still while a machine sleeps and
 * know nothing of a clock that was set; what is shown is then wrong for as long at most. It also keeps within the longest timer of Node.
 */
const MAX_TIMER_MS = 5 * 60_000;

/** Starts a timer of so many milliseconds. */
export type StartTimer = (ring: () => void, milliseconds: number) => Disposable;

/** An instant to be called at. */
export interface ScheduledCallback extends Disposable {
	/** @param at milliseconds since the epoch; `Infinity` for none. It replaces the instant before, and is over once called. */
	runAt(at: number): void;
}

/** Calls at instants of the wall clock, all by one timer, which runs only while there is an appointment to wait for. */
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

	/** @param callback called at the appointed instants and, appointed or not, once the clock has been set back */
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

	/** Looks at the clock: for moments at which it may have jumped. */
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
