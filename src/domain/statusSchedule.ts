import { DAY_MS, type Token } from './token';

/**
 * When the clock alone makes the token another one, in status or dates, if nobody acts on it: milliseconds since the epoch, `Infinity`
 * for never. Words that count from now change more often.
 * @param expiringDays a token is expiring once it has at most so many days left
 */
export function getNextStatusChange(
	{ status, expirationDate, renewedExpirationDate }: Pick<Token, 'status' | 'expirationDate' | 'renewedExpirationDate'>,
	now: Date,
	expiringDays: number,
): number {
	const expiresAt = toTimestamp(expirationDate);
	switch (status) {
		case 'active':
			return expiresAt - expiringDays * DAY_MS;
		case 'expiring':
			return expiresAt;
		case 'revitalised':
			return Math.min(expiresAt, toTimestamp(renewedExpirationDate));
		case 'expired':
		case 'inactive':
			// The status stays, but after a renewal the date is from then on that of the newer key.
			return expiresAt > now.getTime() ? expiresAt : Infinity;
		case 'other':
			return Infinity;
	}
}

/** The first of several instants; `Infinity` when there is none. Spreading a long list into `Math.min` would exhaust the stack. */
export function findEarliest(instants: readonly number[]): number {
	return instants.reduce((first, one) => Math.min(first, one), Infinity);
}

/** When the day of the user's calendar after that of `now` begins, in milliseconds since the epoch. */
export function getStartOfNextDay(now: Date): number {
	return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime();
}

function toTimestamp(date: string | null): number {
	return date === null ? Infinity : Date.parse(date);
}
