import { Emitter } from '../../domain/emitter';
import type { Disposable } from '../../domain/ports';

/** The shortest time between two announcements of a progress, in milliseconds. */
const INTERVAL = 200;

/** Tells listeners of changes at once, and of progress no more often than they can follow. */
export class CoalescedEmitter implements Disposable {
	readonly #emitter = new Emitter();
	#last = -Infinity;
	#timer: NodeJS.Timeout | undefined;

	on(listener: () => void): Disposable {
		return this.#emitter.on(listener);
	}

	fire(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#last = performance.now();
		this.#emitter.fire();
	}

	/** Fires now or soon. */
	fireSoon(): void {
		const left = this.#last + INTERVAL - performance.now();
		if (left <= 0) {
			this.fire();
		} else {
			this.#timer ??= setTimeout(() => this.fire(), left);
		}
	}

	dispose(): void {
		clearTimeout(this.#timer);
		this.#emitter.dispose();
	}
}
