import * as l10n from '@vscode/l10n';
import type { LoggedRequest } from '../domain/loggedRequest';
import { escapeLabel } from './localization';

/** What a request's status can be filtered by. `denied`: the gateway has denied the request, or couldn't get a response. */
export const REQUEST_OUTCOMES = ['denied', '5xx', '4xx', '3xx', '2xx', '1xx'] as const;
export type RequestOutcome = (typeof REQUEST_OUTCOMES)[number];

/** Which requests the Requests view shows. Each part that's empty allows all. */
export interface RequestFilter {
	readonly tokenIds: readonly string[];
	readonly outcomes: readonly RequestOutcome[];
	/** Words that all have to be in the request, in any case. */
	readonly text: string;
}

export const NO_REQUEST_FILTER: RequestFilter = { tokenIds: [], outcomes: [], text: '' };

/** Returns the name of a token; undefined if it isn't a token of the workspace. */
export type GetTokenName = (id: string) => string | undefined;

export function isRequestFilterActive({ tokenIds, outcomes, text }: RequestFilter): boolean {
	return tokenIds.length > 0 || outcomes.length > 0 || text.trim() !== '';
}

/** Returns a function that tells whether a request matches the filter. */
export function createRequestMatcher(
	{ tokenIds, outcomes, text }: RequestFilter,
	getTokenName: GetTokenName,
): (request: LoggedRequest) => boolean {
	const words = text.toLowerCase().split(/\s+/).filter(Boolean);
	return (request) => {
		const { tokenId, method, path, status } = request;
		if (tokenIds.length > 0 && (tokenId === null || !tokenIds.includes(tokenId))) {
			return false;
		}
		if (outcomes.length > 0 && !outcomes.includes(getOutcome(request))) {
			return false;
		}
		if (words.length === 0) {
			return true;
		}
		const searched = [method, path, status, tokenId ?? '', tokenId === null ? '' : (getTokenName(tokenId) ?? '')].join('\n').toLowerCase();
		return words.every((word) => searched.includes(word));
	};
}

/** Returns the group of statuses that a request belongs to. */
export function getOutcome({ reason, status }: Pick<LoggedRequest, 'reason' | 'status'>): RequestOutcome {
	if (reason !== undefined) {
		return 'denied';
	}
	const first = Math.floor(status / 100);
	return first === 2 ? '2xx' : first === 3 ? '3xx' : first === 4 ? '4xx' : first === 1 ? '1xx' : '5xx';
}

/** The label of a group of statuses in lists. */
export function outcomeLabel(outcome: RequestOutcome): string {
	return outcome === 'denied' ? l10n.t('Denied') : outcome;
}

/** Describes the parts of a filter that are set: “Status: Denied”. */
export function describeRequestFilter({ tokenIds, outcomes, text }: RequestFilter, getTokenName: GetTokenName): readonly string[] {
	return [
		...(text.trim() === '' ? [] : [l10n.t('Text: {0}', escapeLabel(text.trim()))]),
		...(outcomes.length === 0 ? [] : [l10n.t('Status: {0}', outcomes.map(outcomeLabel).join(', '))]),
		...(tokenIds.length === 0 ? [] : [l10n.t('Token: {0}', tokenIds.map((id) => escapeLabel(getTokenName(id) ?? id)).join(', '))]),
	];
}
