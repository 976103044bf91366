import { type ApprovalDecision, type ApprovalEnd, type ApprovalRequest } from '../domain/approvalRequest';
import type { DenialReason } from '../domain/loggedRequest';
import { maskFullSecrets } from '../domain/maskFullSecrets';
import { isReadMethod } from '../domain/permissions';
import type { Clock } from '../domain/ports';
import type { TokenRecord } from '../domain/token';
import { ApprovalGrants, isEquivalent } from './approvalGrants';
import { MAX_PATH_LENGTH } from './approvalMessages';
import { WEB_SOCKET } from './authorize';
import { onClientClose, watchUpgradeSocket } from './clientClose';
import { getPath } from './basePath';
import type { CurrentTokens } from './currentTokens';
import { createErrorResponse, type ErrorResponse } from './errorResponse';
import { denyExchange } from './denyExchange';
import type { Exchange } from './exchange';
import { MAX_HELD_REQUESTS } from './gatewayLimits';
import { OVERRIDDEN } from './methodOverride';
import type { CheckRequest, RequestInProgress, RequestsInProgress } from './requestsInProgress';

/** Asks the user of a window about requests. */
export interface ApprovalPort {
	/** Asks about a request. `HeldRequests.decide` gets the decision. */
	ask(request: ApprovalRequest): void;
	/** No decision about the request is needed anymore. */
	end(id: number, end: ApprovalEnd): void;
}

export interface HeldRequestsOptions {
	/** Undefined if there's no window, so that every request that requires approval is denied. */
	readonly port: ApprovalPort | undefined;
	readonly requestsInProgress: RequestsInProgress;
	/** Resolves with a check against the tokens that are current then. Never rejects. */
	readonly prepareCheck: () => Promise<CheckRequest>;
	readonly tokens: Pick<CurrentTokens, 'getAuthenticator'>;
	readonly forward: (exchange: Exchange) => void;
	readonly clock: Clock;
	/** How long a request waits for a decision, in milliseconds. */
	readonly timeoutMs: number;
}

/** Why a request was denied although the user didn't decide about it. */
const UNAVAILABLE: DenialReason = { kind: 'approval', outcome: 'unavailable' };

/** Whether the user must approve a request. */
export function requiresApproval({ approval }: TokenRecord, method: string): boolean {
	// `WEB_SOCKET` and `OVERRIDDEN` aren't methods that only read.
	return approval === 'always' || (approval === 'writes' && !isReadMethod(method));
}

/**
 * Requests that wait until the user has approved them. Their bodies aren't read: beyond Node's buffer for a connection, clients wait with
 * sending. They're checked with the requests in progress, so a change of the token ends them.
 */
export class HeldRequests {
	readonly #requests = new Map<number, HeldRequest>();
	readonly #grants: ApprovalGrants;
	#lastId = 0;
	#isStopped = false;

	constructor(private readonly options: HeldRequestsOptions) {
		this.#grants = new ApprovalGrants(options.clock);
	}

	/** Forwards the request once the user has approved it, or right away if requests of its token are allowed for a while. */
	hold(exchange: Exchange, method: string): void {
		const { token } = exchange;
		if (this.#grants.has(token)) {
			this.options.forward(exchange);
			return;
		}
		const { port } = this.options;
		if (port === undefined) {
			denyExchange(exchange, noWindowResponse(token));
			return;
		}
		if (this.#isStopped || this.#requests.size >= MAX_HELD_REQUESTS) {
			denyExchange(exchange, this.#isStopped ? stoppedResponse() : tooManyResponse());
			return;
		}
		const id = ++this.#lastId;
		const request = new HeldRequest(exchange, this.options, (end) => {
			this.#requests.delete(id);
			port.end(id, end);
		});
		this.#requests.set(id, request);
		request.start();
		port.ask(describe(id, exchange, method));
	}

	/** Applies a decision of the user. Does nothing if the request doesn't wait anymore. */
	decide(id: number, decision: ApprovalDecision): void {
		const request = this.#requests.get(id);
		if (request === undefined || request.expireIfDue()) {
			return;
		}
		this.#requests.delete(id);
		request.decide(decision);
		if (decision === 'allowForAWhile') {
			this.#allowForAWhile(request.exchange.token);
		}
	}

	/** Ends what was allowed for a while for tokens that aren't the same anymore. Call this when tokens have changed. Never rejects. */
	async checkGrants(): Promise<void> {
		if (this.#grants.isEmpty) {
			return;
		}
		try {
			const authenticator = await this.options.tokens.getAuthenticator();
			this.#grants.check((id) => authenticator.getToken(id));
		} catch {
			// All requests are denied, and it was logged.
		}
	}

	/** Denies all requests that wait, and those that would. */
	stop(): void {
		this.#isStopped = true;
		this.#requests.forEach((request) => request.stop());
	}

	#allowForAWhile(token: TokenRecord): void {
		this.#grants.add(token);
		for (const request of this.#requests.values()) {
			const other = request.exchange.token;
			if (other.id === token.id && isEquivalent(other, token) && !request.expireIfDue()) {
				request.allowWithOthers();
			}
		}
	}
}

/** A request that waits for a decision or, once it's allowed, for the tokens that it's checked against. */
class HeldRequest implements RequestInProgress {
	slot: number | undefined;
	#timer: NodeJS.Timeout | undefined;
	#stopWatching: (() => void) | undefined;
	#isDone = false;
	/** Undefined once a decision was made. */
	#reportEnd: ((end: ApprovalEnd) => void) | undefined;
	readonly #heldAt: number;

	constructor(
		readonly exchange: Exchange,
		private readonly options: HeldRequestsOptions,
		reportEnd: (end: ApprovalEnd) => void,
	) {
		this.#reportEnd = reportEnd;
		this.#heldAt = options.clock().getTime();
	}

	start(): void {
		const { requestsInProgress, timeoutMs } = this.options;
		requestsInProgress.add(this);
		onClientClose(this.exchange, () => this.#end('disconnected'));
		this.#stopWatching = this.exchange.upgrade && watchUpgradeSocket(this.exchange.upgrade.socket);
		this.#timer = setTimeout(() => this.#timeOut(), timeoutMs).unref();
	}

	decide(decision: ApprovalDecision): void {
		this.#reportEnd = undefined;
		clearTimeout(this.#timer);
		if (decision === 'allow' || decision === 'allowForAWhile') {
			void this.#proceed();
		} else {
			this.#deny('notPermitted', deniedResponse(this.exchange.token, decision === 'denyWithoutQuestion'));
		}
	}

	/** Allows the request because all requests of its token are allowed for a while. */
	allowWithOthers(): void {
		this.#reportEnd?.('allowed');
		this.decide('allow');
	}

	/** Timers don't run while the machine sleeps, so an answer could be far too late. Returns whether it was. */
	expireIfDue(): boolean {
		const isDue = this.options.clock().getTime() - this.#heldAt >= this.options.timeoutMs;
		if (isDue) {
			this.#timeOut();
		}
		return isDue;
	}

	cancel(denial: ErrorResponse): void {
		this.#deny('notPermitted', denial);
	}

	stop(): void {
		this.#deny('stopped', stoppedResponse());
	}

	#timeOut(): void {
		this.#deny('timedOut', timedOutResponse(this.exchange.token, this.options.timeoutMs));
	}

	/** The token may have changed while the user was asked. */
	async #proceed(): Promise<void> {
		const check = await this.options.prepareCheck();
		if (this.#isDone) {
			return;
		}
		const result = check(this.exchange);
		if (result.denial) {
			this.#deny('notPermitted', result.denial);
		} else {
			this.#end('allowed');
			this.options.forward({ ...this.exchange, token: result.token, key: result.key });
		}
	}

	#deny(end: ApprovalEnd, denial: ErrorResponse): void {
		if (!this.#isDone) {
			this.#end(end);
			denyExchange(this.exchange, denial);
		}
	}

	#end(end: ApprovalEnd): void {
		if (this.#isDone) {
			return;
		}
		this.#isDone = true;
		clearTimeout(this.#timer);
		this.options.requestsInProgress.delete(this);
		this.#stopWatching?.();
		this.#reportEnd?.(end);
	}
}

function describe(id: number, { token, request, target }: Exchange, method: string): ApprovalRequest {
	const { remotePort = 0, localPort = 0 } = request.socket;
	return {
		id,
		tokenId: token.id,
		tokenName: token.name,
		method: request.method ?? '',
		path: shorten(maskFullSecrets(getPath(target))),
		effect: method === WEB_SOCKET ? 'webSocket' : method === OVERRIDDEN ? 'otherMethod' : 'none',
		clientPort: remotePort,
		gatewayPort: localPort,
	};
}

/** Keeps the start and the end, which say more about a request than the middle. */
function shorten(path: string): string {
	const half = Math.floor((MAX_PATH_LENGTH - 1) / 2);
	return path.length <= MAX_PATH_LENGTH ? path : `${path.slice(0, half)}…${path.slice(-half)}`;
}

function deniedResponse(token: TokenRecord, isSilent: boolean): ErrorResponse {
	return requiresApprovalResponse(
		token,
		'denied',
		isSilent
			? 'Several of its requests were denied in VS Code, so others are denied without a question for a minute.'
			: 'The request was denied in VS Code.',
	);
}

function timedOutResponse(token: TokenRecord, timeoutMs: number): ErrorResponse {
	const seconds = Math.ceil(timeoutMs / 1000);
	return requiresApprovalResponse(
		token,
		'timeout',
		`The question in VS Code wasn't answered within ${seconds} seconds. Send the request again, and allow it there.`,
	);
}

function noWindowResponse(token: TokenRecord): ErrorResponse {
	return requiresApprovalResponse(token, 'unavailable', 'This gateway has no window in which it could ask.');
}

function tooManyResponse(): ErrorResponse {
	return {
		...createErrorResponse(
			429,
			`${MAX_HELD_REQUESTS} requests are waiting for approval. Answer the question in VS Code, and send the request again.`,
		),
		reason: UNAVAILABLE,
	};
}

type Outcome = Extract<DenialReason, { kind: 'approval' }>['outcome'];

function requiresApprovalResponse({ id }: TokenRecord, outcome: Outcome, explanation: string): ErrorResponse {
	return { ...createErrorResponse(403, `Token ${id} requires approval. ${explanation}`), reason: { kind: 'approval', outcome } };
}

function stoppedResponse(): ErrorResponse {
	return {
		reason: UNAVAILABLE,
		...createErrorResponse(503, 'The gateway was stopped before the request was approved. Start it, and send the request again.'),
		headers: ['connection', 'close'],
	};
}
