import { addRequestCounts, type LimitedRequests, type RequestCountsByToken } from '../../../src/domain/requestLimiter';
import type { Clock } from '../../../src/domain/ports';
import type { RequestCountStore } from '../../../src/gateway/requestLimits';

/** Counted requests in memory that behave like those in the file of a workspace with one window. */
export class MemoryRequestCounts implements RequestCountStore {
	#counts: RequestCountsByToken = {};

	constructor(private readonly clock: Clock) {}

	onDidChange() {
		return { dispose: () => undefined };
	}

	read(): Promise<RequestCountsByToken> {
		return Promise.resolve(this.#counts);
	}

	add(requests: readonly LimitedRequests[]): Promise<void> {
		for (const request of requests) {
			const counts = addRequestCounts(this.#counts[request.tokenId] ?? {}, request, this.clock().getTime());
			this.#counts = { ...this.#counts, ...(counts && { [request.tokenId]: counts }) };
		}
		return Promise.resolve();
	}
}
