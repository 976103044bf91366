import { DAY, type Token } from './token';

/**
 * When the token's status changes by the clock alone, if nobody acts on it: milliseconds since the epoch, `Infinity` for never.
 * @param expiringDays a token is expiring once it has at most so many days left
 */
export function nextStatusChange(token: Pick<Token, 'status' | 'expirationDate' | 'renewedExpirationDate'>, expiringDays: number): number {
	const end = instantOf(token.expirationDate);
	switch (token.status) {
		case 'active':
			return end - expiringDays * DAY;
		case 'expiring':
			return end;
		case 'revitalised':
			return Math.min(end, instantOf(token.renewedExpirationDate));
		case 'expired':
		case 'inactive':
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
