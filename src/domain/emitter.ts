import type { Disposable } from './ports';

/** Combines subscriptions into one. */
export function combineDisposables(subscriptions: readonly Disposable[]): Disposable {
	return { dispose: () => subscriptions.forEach((subscription) => subscription.dispose()) };
}

/** Notifies listeners of an event. */
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
				// Rethrown asynchronously, because the action that caused the event succeeded and must not seem to have failed.
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
