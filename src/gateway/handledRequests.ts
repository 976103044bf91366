import { Emitter } from '../domain/emitter';
import {
	MAX_LOGGED_REQUESTS,
	type LoggedRequest,
	type NumberedRequest,
	type RequestFeed,
	type RequestsChange,
} from '../domain/loggedRequest';
import type { Disposable } from '../domain/ports';
import type { HostMessage } from './workerMessages';

/**
 * The last requests that a window's gateway has handled, also before it was restarted. In memory only. The worker keeps its requests to itself
 * until somebody watches.
 */
export class HandledRequests implements RequestFeed {
	readonly #changeEmitter = new Emitter<RequestsChange>();
	#requests: readonly NumberedRequest[] = [];
	#lastNumber = 0;
	#watcherCount = 0;
	#post: ((message: HostMessage) => void) | undefined;

	get all(): readonly NumberedRequest[] {
		return this.#requests;
	}

	/** Uses another worker. It sends its requests with `add`. */
	attach(post: (message: HostMessage) => void): void {
		this.#post = post;
		if (this.#watcherCount > 0) {
			post({ kind: 'watchRequests', isWatched: true });
		}
	}

	/** Adds requests of the worker, the oldest first. */
	add(requests: readonly LoggedRequest[]): void {
		const added = requests.map((request) => ({ ...request, number: ++this.#lastNumber }));
		this.#requests = [...this.#requests, ...added].slice(-MAX_LOGGED_REQUESTS);
		this.#changeEmitter.fire({ added });
	}

	watch(listener: (change: RequestsChange) => void): Disposable {
		const subscription = this.#changeEmitter.on(listener);
		if (this.#watcherCount++ === 0) {
			this.#post?.({ kind: 'watchRequests', isWatched: true });
		}
		let isDisposed = false;
		return {
			dispose: () => {
				subscription.dispose();
				if (!isDisposed && --this.#watcherCount === 0) {
					this.#post?.({ kind: 'watchRequests', isWatched: false });
				}
				isDisposed = true;
			},
		};
	}

	clear(): void {
		this.#requests = [];
		this.#post?.({ kind: 'clearRequests' });
		this.#changeEmitter.fire('cleared');
	}
}
