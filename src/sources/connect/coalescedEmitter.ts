import { Emitter } from '../../domain/emitter';
import type { Disposable } from '../../domain/ports';

/** Minimum time between two notifications of progress. */
const MIN_PROGRESS_INTERVAL_MS = 200;

/** Notifies listeners of changes immediately, and limits the rate of notifications of progress. */
export class CoalescedEmitter implements Disposable {
	readonly #emitter = new Emitter();
	#lastFiredAt = -Infinity;
	#timer: NodeJS.Timeout | undefined;

	on(listener: () => void): Disposable {
		return this.#emitter.on(listener);
	}

	fire(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#lastFiredAt = performance.now();
		this.#emitter.fire();
	}

	/** Fires now, or later if the last notification was less than `MIN_PROGRESS_INTERVAL_MS` ago. */
	fireSoon(): void {
		const remainingMs = this.#lastFiredAt + MIN_PROGRESS_INTERVAL_MS - performance.now();
		if (remainingMs <= 0) {
			this.fire();
		} else {
			this.#timer ??= setTimeout(() => this.fire(), remainingMs);
		}
	}

	dispose(): void {
		clearTimeout(this.#timer);
		this.#emitter.dispose();
	}
}
