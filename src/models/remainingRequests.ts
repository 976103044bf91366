import { logFailure, type Log } from '../domain/log';
import type { TokenSource } from '../domain/ports';
import type { RatePeriod, RemainingRequests } from '../domain/tokenLimits';

/** How long the shown number of remaining requests may be outdated, because requests leave the sliding window of the rate. */
const REFRESH_MS: Readonly<Record<RatePeriod, number>> = { second: 1_000, minute: 5_000, hour: 60_000, day: 300_000 };

/**
 * Reads what a token's limits still allow.
 * @returns nothing to show if the token has no limits, or if that can't be read, which is logged; and when it changes without a request, in
 * milliseconds since the epoch, `Infinity` for never
 */
export async function readRemainingRequests(
	source: Pick<TokenSource, 'get' | 'getRemainingRequests'>,
	tokenId: string,
	now: Date,
	log: Log,
): Promise<{ readonly remaining?: RemainingRequests; readonly validUntil: number }> {
	if (!source.getRemainingRequests) {
		return { validUntil: Infinity };
	}
	const [remaining, token] = await Promise.all([source.getRemainingRequests(tokenId), source.get(tokenId)]).catch(
		logFailure(log, 'read the limits', []),
	);
	if (!remaining) {
		return { validUntil: Infinity };
	}
	const rate = token?.limits?.rate;
	const isRateUsed = rate !== undefined && remaining.rate !== undefined && remaining.rate < rate.requests;
	return { remaining, validUntil: isRateUsed ? now.getTime() + REFRESH_MS[rate.per] : Infinity };
}
