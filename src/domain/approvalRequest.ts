/** What the user decides about requests that wait for approval. */
export type ApprovalDecision =
	| 'allow'
	/** This token's requests are allowed without a question for `ALLOWED_PERIOD_MS`. */
	| 'allowForAWhile'
	| 'deny'
	/** The user has denied the token several times, and isn't asked for a while. */
	| 'denyWithoutQuestion';
export const APPROVAL_DECISIONS = ['allow', 'allowForAWhile', 'deny', 'denyWithoutQuestion'] as const satisfies readonly ApprovalDecision[];

/** How long *Allow for 10 Minutes* applies, in milliseconds. */
export const ALLOWED_PERIOD_MS = 10 * 60_000;

/** Why a request no longer waits for approval, although the user hasn't decided about it. */
export type ApprovalEnd =
	/** The token's requests were allowed for a while. */
	| 'allowed'
	| 'timedOut'
	| 'disconnected'
	/** The token was changed, and doesn't permit the request anymore. */
	| 'notPermitted'
	| 'stopped';
export const APPROVAL_ENDS = ['allowed', 'timedOut', 'disconnected', 'notPermitted', 'stopped'] as const satisfies readonly ApprovalEnd[];

/** A request that the gateway holds until the user decides about it. Contains no secret. */
export interface ApprovalRequest {
	/** Unique in a gateway's worker. */
	readonly id: number;
	readonly tokenId: string;
	readonly tokenName: string;
	readonly method: string;
	/** Path without query, as the client sent it. Shortened in the middle if it's long. */
	readonly path: string;
	/** What else makes it a request that can write: it opens a WebSocket, or its query can make the server use another method. */
	readonly effect: 'none' | 'webSocket' | 'otherMethod';
	/** Both ends of the connection on which the request arrived, which identify the program that made it. */
	readonly clientPort: number;
	readonly gatewayPort: number;
}

/** A request that waits for a decision in a window. */
export interface PendingApproval {
	readonly request: ApprovalRequest;
	/** Undefined while the request waits. */
	readonly end: ApprovalEnd | undefined;
	/** Does nothing if the request doesn't wait anymore. */
	decide(decision: ApprovalDecision): void;
}

/** The program that made a request. */
export interface ClientProgram {
	/** File name of its executable. Every program of the user can have any name. */
	readonly name: string;
	readonly processId: number;
}
