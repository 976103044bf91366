import * as l10n from '@vscode/l10n';
import type { ApprovalDecision } from '../domain/approvalRequest';
import type { ApprovalQuestion, AskedRequest } from './approvals';
import type { ConfirmationText } from './lifecycleTexts';
import { quotableName } from './quotableName';

/** How many different requests a question lists. */
const MAX_LISTED = 5;

/** A button of the question, and what it decides. */
export interface ApprovalButton {
	readonly title: string;
	readonly decision: Exclude<ApprovalDecision, 'denyWithoutQuestion'>;
}

/** Asks whether requests of a token are allowed: which token, what they do, and which programs made them. */
export function approvalQuestionText({ tokenId, tokenName, requests }: ApprovalQuestion): ConfirmationText {
	const name = quotableName(tokenName);
	const lines = [...countLines(requests)].map(([line, count]) => (count === 1 ? line : l10n.t('{0} (×{1})', line, count)));
	return {
		message:
			requests.length === 1
				? l10n.t('Allow a request with the token “{0}” ({1})?', name, tokenId)
				: l10n.t('Allow {0} requests with the token “{1}” ({2})?', requests.length, name, tokenId),
		detail: [
			...lines.slice(0, MAX_LISTED),
			...(lines.length > MAX_LISTED ? [l10n.t('and {0} more', lines.length - MAX_LISTED)] : []),
			'',
			l10n.t(
				"“Allow for 10 Minutes” allows all requests of this token through this window's gateway. It ends early if the token's permissions, approval, or key change, or the gateway stops. If you didn't expect this, select Deny.",
			),
		].join('\n'),
	};
}

/** The buttons of the question, the first one the default. */
export function approvalButtons(): readonly ApprovalButton[] {
	return [
		{ title: l10n.t('Allow'), decision: 'allow' },
		{ title: l10n.t('Allow for 10 Minutes'), decision: 'allowForAWhile' },
		{ title: l10n.t('Deny'), decision: 'deny' },
	];
}

/** Says that a token is denied without a question, after the user has denied it several times. */
export function silencedTokenText({ tokenName }: ApprovalQuestion): string {
	return l10n.t(
		"You denied requests of the token “{0}” several times. For the next minute, they're denied without a question.",
		quotableName(tokenName),
	);
}

/** Says that an answer had no effect. */
export function lateAnswerText({ tokenName }: ApprovalQuestion): string {
	return l10n.t('The requests of the token “{0}” ended before your answer. Send them again.', quotableName(tokenName));
}

function countLines(requests: readonly AskedRequest[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const line of requests.map(requestLine)) {
		counts.set(line, (counts.get(line) ?? 0) + 1);
	}
	return counts;
}

/** Paths and names are chosen by the program that asks, so each is on one line, and can't reorder the text. */
function requestLine({ pending: { request }, program }: AskedRequest): string {
	const path = quotableName(request.path);
	const what = {
		none: () => `${request.method} ${path}`,
		webSocket: () => l10n.t('WebSocket {0}', path),
		otherMethod: () => l10n.t('{0} {1}, whose query can choose another method', request.method, path),
	}[request.effect]();
	if (program === undefined) {
		return what;
	}
	// Such as a tool for agents or an HTTP client: “node” would say nothing.
	return program.processId === process.pid
		? l10n.t('{0} from an extension in this window', what)
		: l10n.t('{0} from {1} (PID {2})', what, quotableName(program.name), program.processId);
}
