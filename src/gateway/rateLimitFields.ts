import type { RequestLimiter } from '../domain/requestLimiter';
import { RATE_PERIOD_MS } from '../domain/slidingWindow';
import type { TokenLimits } from '../domain/tokenLimits';
import { createErrorResponse, type ErrorResponse } from './errorResponse';

// The fields of draft-ietf-httpapi-ratelimit-headers-11: lists of strings with parameters (RFC 9651). The upstream's own fields are forwarded in
// addition, because they're about its limits, and a list may have several lines.

/** Returns the value of the `RateLimit-Policy` field: each limit with its quota and, for a rate, its window in seconds. */
export function formatRateLimitPolicy({ rate, total }: TokenLimits): string {
	return [
		...(rate ? [`"${rate.per}";q=${rate.requests};w=${RATE_PERIOD_MS[rate.per] / 1000}`] : []),
		...(total === undefined ? [] : [`"total";q=${total}`]),
	].join(', ');
}

/** Returns the value of the `RateLimit` field: how many requests remain and, for a rate, in how many seconds there will be more. */
export function formatRateLimit(limiter: RequestLimiter, now: number): string {
	const { rate, total } = limiter.limits;
	const totalItem = total === undefined ? '' : `"total";r=${limiter.remainingOfTotal}`;
	if (!rate) {
		return totalItem;
	}
	const remaining = limiter.getRemainingOfRate(now);
	const rateItem = `"${rate.per}";r=${remaining};t=${toSeconds(limiter.getMsUntilMoreThan(remaining, now))}`;
	return totalItem === '' ? rateItem : `${rateItem}, ${totalItem}`;
}

/** Returns the 429 response to a request that exceeds a limit. If that's the total, waiting doesn't help, so there's no `Retry-After`. */
export function createLimitDenial(tokenId: string, limiter: RequestLimiter, policy: string, now: number): ErrorResponse {
	const { rate, total } = limiter.limits;
	const fields = ['ratelimit-policy', policy, 'ratelimit', formatRateLimit(limiter, now)];
	if (total === 0) {
		// Only an exported policy has such a total.
		const message = `Token ${tokenId} has no requests left, or its total wasn't exported. Export the policy again with what's left of the total.`;
		return { ...createErrorResponse(429, message), reason: { kind: 'limit', limit: 'total' }, headers: fields };
	}
	if (!rate || limiter.remainingOfTotal === 0) {
		const message = `Token ${tokenId} has used its total of ${formatRequests(total ?? 0)}. Raise or remove the total on the token's details page.`;
		return { ...createErrorResponse(429, message), reason: { kind: 'limit', limit: 'total' }, headers: fields };
	}
	const seconds = toSeconds(limiter.getMsUntilMoreThan(0, now));
	const message =
		`Token ${tokenId} has reached its limit of ${formatRequests(rate.requests)} per ${rate.per}. ` +
		`Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}, or raise the limit on the token's details page.`;
	return {
		...createErrorResponse(429, message),
		reason: { kind: 'limit', limit: 'rate' },
		headers: ['retry-after', String(seconds), ...fields],
	};
}

function formatRequests(count: number): string {
	return `${count} ${count === 1 ? 'request' : 'requests'}`;
}

function toSeconds(ms: number): number {
	return Math.ceil(ms / 1000);
}
