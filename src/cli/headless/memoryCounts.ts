import type { Clock, Disposable } from '../../domain/ports';
import { addRequestCounts, type LimitedRequests, type RequestCounts, type RequestCountsByToken } from '../../domain/requestLimiter';
import type { RequestCountStore } from '../../gateway/requestLimits';

/** Counts toward limits that end with the process. */
export class MemoryCounts implements RequestCountStore {
	readonly #counts = new Map<string, RequestCounts>();

	constructor(private readonly clock: Clock) {}

	/** There are no other processes. */
	onDidChange(): Disposable {
		return { dispose: () => undefined };
	}

	read(): Promise<RequestCountsByToken> {
		return Promise.resolve(Object.fromEntries(this.#counts));
	}

	add(requests: readonly LimitedRequests[]): Promise<void> {
		const now = this.clock().getTime();
		for (const request of requests) {
			const counts = addRequestCounts(this.#counts.get(request.tokenId) ?? {}, request, now);
			if (counts) {
				this.#counts.set(request.tokenId, counts);
			} else {
				this.#counts.delete(request.tokenId);
			}
		}
		return Promise.resolve();
	}
}
