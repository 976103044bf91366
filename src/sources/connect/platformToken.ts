import { DAY_MS, isExpired, type Token, type TokenStatus } from '../../domain/token';

/** Token as returned by the platform API, without its keys. Doesn't depend on the local clock. */
export interface PlatformToken extends Omit<Token, 'status' | 'platformStatus'> {
	/** The platform's name for the status. */
	readonly platformStatus: string;
	/** Whether the token was renewed. Then `expirationDate` is that of the previous key, and `renewedExpirationDate` that of the new one. */
	readonly isRenewed: boolean;
}

/** Platform statuses that depend on dates, so they can be outdated by now. */
const DATE_BASED_STATUSES = ['active', 'expiring', 'expired', 'revitalised'];

/** Whether the token is shown to users. */
export function isVisible({ platformStatus }: PlatformToken): boolean {
	return platformStatus !== 'deleted';
}

/** Whether the key from before a renewal is still valid. */
export function hasValidPreviousKey({ isRenewed, expirationDate }: PlatformToken, now: Date): boolean {
	return isRenewed && !isExpired(expirationDate, now);
}

/**
 * Derives the token's status and dates at the time `now`. Returns a deep copy.
 * @param expiringDays number of days before expiration at which a token is expiring
 */
export function createTokenFromPlatform(platformToken: PlatformToken, now: Date, expiringDays: number): Token {
	const { platformStatus, isRenewed, ...rest } = platformToken;
	const isPreviousKeyValid = hasValidPreviousKey(platformToken, now);
	const expirationDate = isRenewed && !isPreviousKeyValid ? rest.renewedExpirationDate : rest.expirationDate;
	const status = deriveStatus(platformStatus, { expirationDate, isPreviousKeyValid }, now, expiringDays);
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
	{ expirationDate, isPreviousKeyValid }: { expirationDate: string | null; isPreviousKeyValid: boolean },
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
	if (isPreviousKeyValid && platformStatus === 'revitalised') {
		return 'revitalised';
	}
	if (platformStatus === 'expired' || platformStatus === 'expiring') {
		return platformStatus;
	}
	return isExpired(expirationDate, new Date(now.getTime() + expiringDays * DAY_MS)) ? 'expiring' : 'active';
}
