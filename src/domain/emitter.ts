import type { Disposable } from './ports';

/** Tells listeners that something happened. */
export class Emitter<T = void> {
	readonly #listeners = new Set<{ readonly call: (event: T) => void }>();

	on(listener: (event: T) => void): Disposable {
		const entry = { call: listener };
		this.#listeners.add(entry);
		return { dispose: () => this.#listeners.delete(entry) };
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
