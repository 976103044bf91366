import { EventEmitter, once } from 'node:events';
import type { ApprovalEnd, ApprovalRequest } from '../../../src/domain/approvalRequest';
import type { ApprovalPort } from '../../../src/gateway/heldRequests';

/** A window that's asked for approval, and never answers by itself. */
export class ApprovalWindow implements ApprovalPort {
	readonly asked: ApprovalRequest[] = [];
	readonly ended: ApprovalEnd[] = [];
	readonly #events = new EventEmitter();

	ask(request: ApprovalRequest): void {
		this.asked.push(request);
		this.#events.emit('change');
	}

	end(_id: number, end: ApprovalEnd): void {
		this.ended.push(end);
		this.#events.emit('change');
	}

	/** Resolves with the ID of the request that's asked about as the one of this number, starting with 1. */
	async untilAsked(count = 1): Promise<number> {
		while (this.asked.length < count) {
			await once(this.#events, 'change');
		}
		return this.asked[count - 1]!.id;
	}

	/** Resolves once this many requests have ended without a decision. */
	async untilEnded(count = 1): Promise<readonly ApprovalEnd[]> {
		while (this.ended.length < count) {
			await once(this.#events, 'change');
		}
		return this.ended;
	}
}
