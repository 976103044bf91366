import type { Disposable } from './ports';

/** Tells listeners that something happened. */
export class Emitter<T = void> {
	readonly #listeners = new Set<{ readonly call: (event: T) => void }>();

	on(call: (event: T) => void): Disposable {
		const listener = { call };
		this.#listeners.add(listener);
		return { dispose: () => this.#listeners.delete(listener) };
	}

	fire(event: T): void {
		for (const { call } of [...this.#listeners]) {
			try {
				call(event);
			} catch (error) {
				// What was announced has happened: a listener's failure must not look like its failure.
				queueMicrotask(() => {
					throw error;
				});
			}
		}
	}

	dispose(): void {
		this.#listeners.clear();
	}
}
