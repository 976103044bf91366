import * as l10n from '@vscode/l10n';
import { APPROVALS, RATE_PERIODS, type Approval, type RatePeriod, type TokenLimits } from '../domain/tokenLimits';
import { formatNumber } from './localization';

/** “10 requests per minute” */
export function rateText({ requests, per }: NonNullable<TokenLimits['rate']>): string {
	const count = formatNumber(requests);
	switch (per) {
		case 'second':
			return requests === 1 ? l10n.t('1 request per second') : l10n.t('{0} requests per second', count);
		case 'minute':
			return requests === 1 ? l10n.t('1 request per minute') : l10n.t('{0} requests per minute', count);
		case 'hour':
			return requests === 1 ? l10n.t('1 request per hour') : l10n.t('{0} requests per hour', count);
		case 'day':
			return requests === 1 ? l10n.t('1 request per day') : l10n.t('{0} requests per day', count);
	}
}

/** “1,000 requests in total” */
export function totalText(total: number): string {
	return total === 1 ? l10n.t('1 request in total') : l10n.t('{0} requests in total', formatNumber(total));
}

/** Each of a token's limits; none if it has none. */
export function limitTexts(limits: TokenLimits | null | undefined): readonly string[] {
	return [...(limits?.rate ? [rateText(limits.rate)] : []), ...(limits?.total === undefined ? [] : [totalText(limits.total)])];
}

/** The periods that a form offers after the number of requests, from the shortest. */
export function periodOptions(): readonly { readonly value: RatePeriod; readonly label: string }[] {
	return RATE_PERIODS.map((value) => ({ value, label: periodText(value) }));
}

function periodText(period: RatePeriod): string {
	switch (period) {
		case 'second':
			return l10n.t('per second');
		case 'minute':
			return l10n.t('per minute');
		case 'hour':
			return l10n.t('per hour');
		case 'day':
			return l10n.t('per day');
	}
}

/** When the gateway asks, as a choice or a value. */
export function approvalText(approval: Approval): string {
	switch (approval) {
		case 'never':
			return l10n.t('Never');
		case 'writes':
			return l10n.t('For writes');
		case 'always':
			return l10n.t('Always');
	}
}

/** The choices of an approval, from the least to the most restrictive. */
export function approvalOptions(): readonly { readonly value: Approval; readonly label: string }[] {
	return APPROVALS.map((value) => ({ value, label: approvalText(value) }));
}

/** What restricts a token's requests beyond its permissions, in short; empty if nothing does. */
export function requestRuleTexts({
	limits,
	approval,
}: {
	readonly limits?: TokenLimits | null;
	readonly approval?: Approval;
}): readonly string[] {
	return [...limitTexts(limits), ...approvalSummary(approval ?? 'never')];
}

function approvalSummary(approval: Approval): readonly string[] {
	switch (approval) {
		case 'never':
			return [];
		case 'writes':
			return [l10n.t('approval for writes')];
		case 'always':
			return [l10n.t('approval for all requests')];
	}
}
