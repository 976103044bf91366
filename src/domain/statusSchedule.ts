import { getExpiringPeriod, type Token } from './token';

/**
 * Returns when the token's status or dates change just because time passes, in milliseconds since the epoch; `Infinity` for never.
 * Relative times shown to the user change more often.
 * @param expiringDays see `getExpiringPeriod`
 */
export function getNextStatusChange(
	{
		status,
		expirationDate,
		renewedExpirationDate,
		keyIssuedAt,
		lease,
	}: Pick<Token, 'status' | 'expirationDate' | 'renewedExpirationDate' | 'keyIssuedAt' | 'lease'>,
	now: Date,
	expiringDays: number,
): number {
	const expiresAt = toTimestamp(expirationDate);
	switch (status) {
		case 'active':
			// A lease is never expiring.
			return lease ? expiresAt : expiresAt - getExpiringPeriod({ issuedAt: keyIssuedAt, expirationDate }, expiringDays);
		case 'expiring':
		case 'revitalised':
			return Math.min(expiresAt, toTimestamp(renewedExpirationDate));
		case 'expired':
		case 'inactive':
			// The status stays the same, but after a renewal, the expiration date becomes that of the new key.
			return expiresAt > now.getTime() ? expiresAt : Infinity;
		case 'other':
			return Infinity;
	}
}

/** Returns the earliest instant, or `Infinity` if the list is empty. Spreading a long list into `Math.min` would overflow the stack. */
export function findEarliest(instants: readonly number[]): number {
	return instants.reduce((earliest, instant) => Math.min(earliest, instant), Infinity);
}

/** Returns when the next day starts in the user's time zone, in milliseconds since the epoch. */
export function getStartOfNextDay(now: Date): number {
	return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime();
}

function toTimestamp(date: string | null): number {
	return date === null ? Infinity : Date.parse(date);
}
