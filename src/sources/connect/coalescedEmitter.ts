import { Emitter } from '../../domain/emitter';
import type { Disposable } from '../../domain/ports';

/** The shortest time between two announcements of a progress, in milliseconds. */
const MIN_PROGRESS_INTERVAL_MS = 200;

/** Tells listeners of changes at once, and of progress no more often than they can follow. */
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

	/** Fires now or soon. */
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
