import { DAY, type Token, type TokenStatus } from '../../domain/token';

/** A token as the platform told it: nothing that our clock decides, and no key. */
export interface Facts extends Omit<Token, 'status' | 'platformStatus'> {
	/** The platform's word for the status. */
	readonly platformStatus: string;
	/** Whether it had a previous key beside the new one, whose dates are then in `expirationDate` and `renewedExpirationDate`. */
	readonly isRenewed: boolean;
}

/** Statuses of the platform that follow from dates, which may have come since it was asked. */
const DATED = ['active', 'expiring', 'expired', 'revitalised'];

/** Whether users see the token at all. */
export function isShown({ platformStatus }: Facts): boolean {
	return platformStatus !== 'deleted';
}

/** Whether the key before a renewal still works. */
export function isOverlapping({ isRenewed, expirationDate }: Facts, now: Date): boolean {
	return isRenewed && !isOver(expirationDate, now);
}

/**
 * The token that `facts` are at the instant `now`. A copy, whatever is done to it.
 * @param expiringDays a token is expiring once it has at most so many days left
 */
export function tokenOf(facts: Facts, now: Date, expiringDays: number): Token {
	const { platformStatus, isRenewed, ...rest } = facts;
	const overlaps = isOverlapping(facts, now);
	const expirationDate = isRenewed && !overlaps ? rest.renewedExpirationDate : rest.expirationDate;
	const status = statusOf(platformStatus, { expirationDate, overlaps }, now, expiringDays);
	return {
		...rest,
		extension: { ...rest.extension },
		permissions: [...rest.permissions],
		created: { ...rest.created },
		updated: { ...rest.updated },
		status,
		...(status === 'other' && { platformStatus }),
		expirationDate,
		renewedExpirationDate: overlaps ? rest.renewedExpirationDate : null,
	};
}

function statusOf(
	word: string,
	{ expirationDate, overlaps }: { expirationDate: string | null; overlaps: boolean },
	now: Date,
	expiringDays: number,
): TokenStatus {
	if (word === 'inactive') {
		return 'inactive';
	}
	if (!DATED.includes(word)) {
		return 'other';
	}
	if (isOver(expirationDate, now)) {
		return 'expired';
	}
	if (overlaps && word === 'revitalised') {
		return 'revitalised';
	}
	if (word === 'expired' || word === 'expiring') {
		return word;
	}
	return isOver(expirationDate, new Date(now.getTime() + expiringDays * DAY)) ? 'expiring' : 'active';
}

function isOver(date: string | null, now: Date): boolean {
	return date !== null && Date.parse(date) <= now.getTime();
}
