import { createAccessRules } from '../domain/accessRules';
import { ALL_MODULES } from '../domain/catalog';
import type { DenialReason } from '../domain/loggedRequest';
import type { ModulePaths } from '../domain/modulePaths';
import type { Token } from '../domain/token';
import type { RemainingRequests } from '../domain/tokenLimits';
import { toSafeId } from './toolResult';

/** Why a request is denied, and what would allow it. */
export interface Obstacle {
	readonly reason: DenialReason['kind'];
	readonly explanation: string;
	/** What to do next. Everything that raises permissions is up to the user. */
	readonly whatToDo: string;
	/** Modules any of which would allow the request. */
	readonly modules?: readonly { readonly module: string; readonly write: boolean }[];
}

/** A request as the gateway sees it. */
export interface RequestTarget {
	/** From `AgentServices.readTarget`. */
	readonly method: string;
	readonly path: string;
}

/**
 * Returns everything for which the gateway would deny a request of a token now, the first reason first. Approval isn't a reason.
 * @param remaining what the token's limits still allow; undefined if it has none
 */
export function findObstacles(
	token: Token,
	target: RequestTarget | undefined,
	modulePaths: ModulePaths,
	remaining: RemainingRequests | undefined,
): readonly Obstacle[] {
	return listReasons(token, target, modulePaths, remaining).map((reason) => describeObstacle(reason, token.lease !== undefined));
}

function listReasons(
	{ status, permissions }: Token,
	target: RequestTarget | undefined,
	modulePaths: ModulePaths,
	remaining: RemainingRequests | undefined,
): readonly DenialReason[] {
	const reasons: DenialReason[] = [];
	if (status === 'inactive') {
		reasons.push({ kind: 'disabled' });
	}
	if (status === 'expired') {
		reasons.push({ kind: 'expired', isPreviousKey: false });
	}
	const access = target && createAccessRules(modulePaths)(target.method, target.path, permissions);
	if (access && access.kind !== 'allowed') {
		reasons.push('modules' in access ? { kind: access.kind, modules: [...access.modules] } : access);
	}
	if (remaining?.rate === 0) {
		reasons.push({ kind: 'limit', limit: 'rate' });
	}
	if (remaining?.total === 0) {
		reasons.push({ kind: 'limit', limit: 'total' });
	}
	return reasons;
}

const REQUEST_LEASE = 'Request a lease for it with connect_tokens_request_lease if the task needs it; the user decides.';

/**
 * Explains a reason to a language model.
 * @param isLease whether it's about a lease, which ends instead of expiring
 */
export function describeObstacle(reason: DenialReason, isLease: boolean): Obstacle {
	const { kind } = reason;
	switch (reason.kind) {
		case 'invalidKey':
			return {
				reason: kind,
				explanation: "The API key isn't valid.",
				whatToDo: 'Use a lease with connect_tokens_call, which adds the key itself.',
			};
		case 'disabled':
			return {
				reason: kind,
				explanation: 'The user has disabled the token.',
				whatToDo: 'Ask the user to enable it, or request a lease with connect_tokens_request_lease.',
			};
		case 'expired':
			return {
				reason: kind,
				explanation: isLease ? 'The lease has ended.' : 'The token has expired.',
				whatToDo: "If the task isn't done, request a lease with connect_tokens_request_lease.",
			};
		case 'missingModule':
			return {
				reason: kind,
				explanation: `The token doesn't have access to a module that covers the path: ${joinIds(reason.modules)}.`,
				whatToDo: REQUEST_LEASE,
				modules: reason.modules.map((id) => ({ module: toSafeId(id), write: false })),
			};
		case 'readOnly':
			return {
				reason: kind,
				explanation: `The token is only allowed to read ${reason.modules.includes(ALL_MODULES) ? 'all modules' : joinIds(reason.modules)}.`,
				whatToDo: `If the task changes data, request a lease with "write" for it with connect_tokens_request_lease; the user decides.`,
				modules: reason.modules.map((id) => ({ module: toSafeId(id), write: true })),
			};
		case 'noModule':
			return {
				reason: kind,
				explanation: 'No module covers the path, so it requires access to all modules.',
				whatToDo: 'Check the path against the API documentation. If it is correct, tell the user that it needs access to all modules.',
			};
		case 'ambiguousPath':
			return {
				reason: kind,
				explanation: 'The path is ambiguous, so it requires access to all modules.',
				whatToDo: 'Use the casing from the API documentation, and remove empty segments and unnecessary escapes.',
			};
		case 'pathTraversal':
			return {
				reason: kind,
				explanation: 'The path contains dot segments or line breaks (plain or encoded).',
				whatToDo: 'Remove them.',
			};
		case 'limit':
			return reason.limit === 'rate'
				? {
						reason: kind,
						explanation: 'The token has made as many requests as its rate allows.',
						whatToDo: 'Wait, then try again more slowly.',
					}
				: {
						reason: kind,
						explanation: 'The token has made as many requests as it may in total.',
						whatToDo: 'Tell the user, who can change the limit.',
					};
		case 'approval':
			return describeApproval(reason.outcome);
		case 'upstream':
			return {
				reason: kind,
				explanation: "The gateway couldn't get a response from the API.",
				whatToDo: 'Try again once. If it fails again, tell the user that the API is unreachable.',
			};
		case 'hostNotAllowed':
		case 'originNotAllowed':
		case 'storeUnavailable':
		case 'noUpstream':
		case 'invalidRequest':
			return {
				reason: kind,
				explanation: "The gateway couldn't accept the request.",
				whatToDo: 'Read the message of the response, and tell the user if you cannot correct the request.',
			};
	}
}

function describeApproval(outcome: 'denied' | 'timeout' | 'unavailable'): Obstacle {
	return outcome === 'denied'
		? {
				reason: 'approval',
				explanation: 'The user was asked about the request and denied it.',
				whatToDo: "Don't send it again. Ask the user what to do.",
			}
		: {
				reason: 'approval',
				explanation:
					outcome === 'timeout' ? "The user was asked about the request and didn't answer in time." : 'No window could ask the user.',
				whatToDo: 'Tell the user that the request waits for approval in VS Code, and send it again when the user is ready.',
			};
}

function joinIds(ids: readonly string[]): string {
	return ids.map(toSafeId).join(' or ');
}
