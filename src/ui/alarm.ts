import type { Clock, Disposable } from '../domain/ports';

/**
 * How long a timer runs at most before the clock is looked at again, in milliseconds. Timers stand still while a machine sleeps and
 * know nothing of a clock that was set; what is shown is then wrong for as long at most. It also keeps within the longest timer of Node.
 */
const LONGEST = 5 * 60_000;

/** Starts a timer of so many milliseconds. */
export type StartTimer = (ring: () => void, milliseconds: number) => Disposable;

/** An instant to be called at. */
export interface Appointment extends Disposable {
	/** @param at milliseconds since the epoch; `Infinity` for none. It replaces the instant before, and is over once called. */
	set(at: number): void;
}

/** Calls at instants of the wall clock, all by one timer, which runs only while there is an appointment to wait for. */
export class Alarm implements Disposable {
	readonly #appointments = new Map<() => void, number>();
	#timer: Disposable | undefined;
	#seen: number;

	constructor(
		private readonly clock: Clock,
		private readonly startTimer: StartTimer = startNodeTimer,
	) {
		this.#seen = clock().getTime();
	}

	/** @param ring called at the appointed instants and, appointed or not, once the clock has been set back */
	add(ring: () => void): Appointment {
		this.#appointments.set(ring, Infinity);
		return {
			set: (at) => {
				this.#appointments.set(ring, at);
				this.#start();
			},
			dispose: () => {
				this.#appointments.delete(ring);
				this.#start();
			},
		};
	}

	/** Looks at the clock: for moments at which it may have jumped. */
	check(): void {
		const now = this.clock().getTime();
		const wasSetBack = now < this.#seen;
		this.#seen = now;
		for (const [ring, at] of [...this.#appointments]) {
			if (wasSetBack || at <= now) {
				this.#appointments.set(ring, Infinity);
				ring();
			}
		}
		this.#start();
	}

	dispose(): void {
		this.#appointments.clear();
		this.#start();
	}

	#start(): void {
		this.#timer?.dispose();
		this.#timer = undefined;
		const next = Math.min(...this.#appointments.values());
		if (next < Infinity) {
			this.#timer = this.startTimer(() => this.check(), Math.min(Math.max(next - this.clock().getTime(), 0), LONGEST));
		}
	}
}

function startNodeTimer(ring: () => void, milliseconds: number): Disposable {
	const timer = setTimeout(ring, milliseconds);
	return { dispose: () => clearTimeout(timer) };
}
