import { DAY_MS, isExpired, type Token, type TokenStatus } from '../../domain/token';

/** A token as the platform told it: nothing that our clock decides, and no key. */
export interface PlatformToken extends Omit<Token, 'status' | 'platformStatus'> {
	/** The platform's word for the status. */
	readonly platformStatus: string;
	/** Whether it had a previous key beside the new one, whose dates are then in `expirationDate` and `renewedExpirationDate`. */
	readonly isRenewed: boolean;
}

/** Statuses of the platform that follow from dates, which may have come since it was asked. */
const DATE_BASED_STATUSES = ['active', 'expiring', 'expired', 'revitalised'];

/** Whether users see the token at all. */
export function isVisible({ platformStatus }: PlatformToken): boolean {
	return platformStatus !== 'deleted';
}

/** Whether the key before a renewal still works. */
export function hasValidPreviousKey({ isRenewed, expirationDate }: PlatformToken, now: Date): boolean {
	return isRenewed && !isExpired(expirationDate, now);
}

/**
 * The token that `facts` are at the instant `now`. A copy, whatever is done to it.
 * @param expiringDays a token is expiring once it has at most so many days left
 */
export function createTokenFromPlatform(platformToken: PlatformToken, now: Date, expiringDays: number): Token {
	const { platformStatus, isRenewed, ...rest } = platformToken;
	const isPreviousKeyValid = hasValidPreviousKey(platformToken, now);
	const expirationDate = isRenewed && !isPreviousKeyValid ? rest.renewedExpirationDate : rest.expirationDate;
	const status = deriveStatus(platformStatus, { expirationDate, overlaps: isPreviousKeyValid }, now, expiringDays);
	return {
		...rest,
		extension: { ...rest.extension },
		permissions: [...rest.permissions],
		created: { ...rest.created },
		updated: { ...rest.updated },
		status,
		...(status === 'other' && { platformStatus }),
		expirationDate,
		renewedExpirationDate: isPreviousKeyValid ? rest.renewedExpirationDate : null,
	};
}

function deriveStatus(
	platformStatus: string,
	{ expirationDate, overlaps }: { expirationDate: string | null; overlaps: boolean },
	now: Date,
	expiringDays: number,
): TokenStatus {
	if (platformStatus === 'inactive') {
		return 'inactive';
	}
	if (!DATE_BASED_STATUSES.includes(platformStatus)) {
		return 'other';
	}
	if (isExpired(expirationDate, now)) {
		return 'expired';
	}
	if (overlaps && platformStatus === 'revitalised') {
		return 'revitalised';
	}
	if (platformStatus === 'expired' || platformStatus === 'expiring') {
		return platformStatus;
	}
	return isExpired(expirationDate, new Date(now.getTime() + expiringDays * DAY_MS)) ? 'expiring' : 'active';
}
