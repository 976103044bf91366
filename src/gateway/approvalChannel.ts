import type { ApprovalDecision, ApprovalEnd, ApprovalRequest, PendingApproval } from '../domain/approvalRequest';
import type { HostMessage } from './workerMessages';

/** The requests of one worker that wait for a decision in this window. */
export class ApprovalChannel {
	readonly #pending = new Map<number, HostApproval>();

	/**
	 * @param onRequest called with each request that waits
	 * @param post sends a message to the worker
	 */
	constructor(
		private readonly onRequest: (pending: PendingApproval) => void,
		private readonly post: (message: HostMessage) => void,
	) {}

	/** Handles the worker's message about a request that waits. */
	ask(request: ApprovalRequest): void {
		const pending = new HostApproval(request, (decision) => {
			this.#pending.delete(request.id);
			this.post({ kind: 'approvalDecided', id: request.id, decision });
		});
		this.#pending.set(request.id, pending);
		this.onRequest(pending);
	}

	/** Handles the worker's message about a request that no longer waits. */
	end(id: number, end: ApprovalEnd): void {
		const pending = this.#pending.get(id);
		if (pending) {
			this.#pending.delete(id);
			pending.end = end;
		}
	}

	/** Ends all requests, because the worker has exited. */
	close(): void {
		for (const id of [...this.#pending.keys()]) {
			this.end(id, 'stopped');
		}
	}
}

class HostApproval implements PendingApproval {
	end: ApprovalEnd | undefined;
	#isDecided = false;

	constructor(
		readonly request: ApprovalRequest,
		private readonly send: (decision: ApprovalDecision) => void,
	) {}

	decide(decision: ApprovalDecision): void {
		if (this.end === undefined && !this.#isDecided) {
			this.#isDecided = true;
			this.send(decision);
		}
	}
}
