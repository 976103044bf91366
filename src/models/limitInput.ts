import type { TokenChanges } from '../domain/token';
import type { Approval, TokenLimits } from '../domain/tokenLimits';
import type { TokenEdit } from '../protocol/detailsMessages';
import { EMPTY_LIMITS_INPUT, type LimitsInput } from '../protocol/messageSchemas';
import { getLanguage } from './localization';

/** What a form contains for a token with these limits. */
export function toLimitsInput(limits: TokenLimits | undefined): LimitsInput {
	return {
		rate: limits?.rate === undefined ? EMPTY_LIMITS_INPUT.rate : String(limits.rate.requests),
		per: limits?.rate?.per ?? EMPTY_LIMITS_INPUT.per,
		total: limits?.total === undefined ? EMPTY_LIMITS_INPUT.total : String(limits.total),
	};
}

/** The limits that a form describes; null if there are none. A text that isn't a number becomes NaN, which validation rejects. */
export function toLimits({ rate, per, total }: LimitsInput): TokenLimits | null {
	const limits = {
		...(rate.trim() !== '' && { rate: { requests: parseCount(rate), per } }),
		...(total.trim() !== '' && { total: parseCount(total) }),
	};
	return Object.keys(limits).length === 0 ? null : limits;
}

/** Like `toLimits`, but without those that aren't numbers. */
export function toValidLimits(input: LimitsInput): TokenLimits | null {
	const { rate, total } = toLimits(input) ?? {};
	const isRateValid = rate !== undefined && !Number.isNaN(rate.requests);
	const isTotalValid = total !== undefined && !Number.isNaN(total);
	return isRateValid || isTotalValid ? { ...(isRateValid && { rate }), ...(isTotalValid && { total }) } : null;
}

/** Whether a form contains anything that restricts the token's requests, valid or not. */
export function hasRequestRuleInput({ limits, approval }: { readonly limits: LimitsInput; readonly approval: Approval }): boolean {
	return toLimits(limits) !== null || approval !== 'never';
}

/** The changes that an edit describes. */
export function toTokenChanges({ limits, ...others }: TokenEdit): TokenChanges {
	return { ...others, ...(limits && { limits: toLimits(limits) }) };
}

/** Reads a whole number. Its digits may be grouped as in the user's language, because numbers are shown that way. NaN for any other text. */
function parseCount(text: string): number {
	const separator = new Intl.NumberFormat(getLanguage()).formatToParts(1_000_000).find(({ type }) => type === 'group')?.value ?? ',';
	const groups = text.trim().split(separator.trim() === '' ? /\s/ : separator);
	const [first = '', ...others] = groups;
	const isGrouped = others.length === 0 || (first !== '' && first.length <= 3 && others.every((group) => group.length === 3));
	const digits = groups.join('');
	return isGrouped && /^\d+$/.test(digits) ? Number(digits) : NaN;
}
