import { DAY, type Token } from './token';

/**
 * When the clock alone makes the token another one, in status or dates, if nobody acts on it: milliseconds since the epoch, `Infinity`
 * for never. Words that count from now change more often.
 * @param expiringDays a token is expiring once it has at most so many days left
 */
export function nextChange(
	{ status, expirationDate, renewedExpirationDate }: Pick<Token, 'status' | 'expirationDate' | 'renewedExpirationDate'>,
	now: Date,
	expiringDays: number,
): number {
	const end = instantOf(expirationDate);
	switch (status) {
		case 'active':
			return end - expiringDays * DAY;
		case 'expiring':
			return end;
		case 'revitalised':
			return Math.min(end, instantOf(renewedExpirationDate));
		case 'expired':
		case 'inactive':
			// The status stays, but after a renewal the date is from then on that of the newer key.
			return end > now.getTime() ? end : Infinity;
		case 'other':
			return Infinity;
	}
}

/** The first of several instants; `Infinity` when there is none. Spreading a long list into `Math.min` would exhaust the stack. */
export function earliest(instants: readonly number[]): number {
	return instants.reduce((first, one) => Math.min(first, one), Infinity);
}

/** When the day of the user's calendar after that of `now` begins, in milliseconds since the epoch. */
export function nextDay(now: Date): number {
	return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime();
}

function instantOf(date: string | null): number {
	return date === null ? Infinity : Date.parse(date);
}
