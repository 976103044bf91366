import { MAX_LEASE_MS, type Lease } from './lease';
import type { Approval, TokenLimits } from './tokenLimits';

/** `other` is any platform status that isn't one of the known ones. */
export type TokenStatus = 'active' | 'expiring' | 'revitalised' | 'expired' | 'inactive' | 'other';

/** A token as users and API callers see it, without its API key. */
export interface Token {
	/** `SU-631-646-036`, unique in its source. */
	readonly id: string;
	/** 1–128 characters. */
	readonly name: string;
	/** At most 128 characters. */
	readonly externalId: string | null;
	/** At most 255 characters. */
	readonly description: string;
	readonly extension: { readonly id: string; readonly name: string };
	/** Module IDs, with `:read` at the end of those that the token may only read; `MD-0000` stands for all modules. */
	readonly permissions: readonly string[];
	/** How many requests the gateway allows; omitted if there's no limit, as for tokens of an account. */
	readonly limits?: TokenLimits;
	/** When the gateway asks before it forwards a request; omitted if never, as for tokens of an account. */
	readonly approval?: Approval;
	/** The task that a token of the workspace was leased to an agent for; omitted for all other tokens. */
	readonly lease?: Lease;
	/** Derived from the clock, never stored. */
	readonly status: TokenStatus;
	/** The platform's name for the status if `status` is `other`. */
	readonly platformStatus?: string;
	/** ISO 8601 UTC; null if the token doesn't expire. */
	readonly expirationDate: string | null;
	/** Expiration date of the new key while the previous key is still valid. */
	readonly renewedExpirationDate: string | null;
	/** When the current key was issued, ISO 8601 UTC; omitted if that's unknown, as for tokens of an account. */
	readonly keyIssuedAt?: string;
	readonly created: Stamp;
	readonly updated: Stamp;
}

/** Who did something, and when. */
export interface Stamp {
	/** ISO 8601 UTC. */
	readonly at: string;
	readonly by: string;
}

/** The properties of a token to create. */
export interface TokenDraft {
	readonly name: string;
	readonly externalId?: string | null;
	readonly description?: string;
	/** ID of an extension in the catalog; Custom by default. */
	readonly extension?: string;
	/**
	 * Module IDs; none by default, so only the shared paths are accessible. `MD-0007:read` allows only GET, HEAD, and OPTIONS requests, which
	 * accounts don't support.
	 */
	readonly permissions?: readonly string[];
	/** How many requests the gateway allows; no limit by default. Accounts don't support it. */
	readonly limits?: TokenLimits | null;
	/** When the gateway asks the user before it forwards a request; `never` by default. Accounts don't support it. */
	readonly approval?: Approval;
	/** Makes the token a lease, which expires within `MAX_LEASE_MS`. Accounts don't support it. */
	readonly lease?: Lease;
	/** ISO 8601 with a time zone, in the future; null or omitted if the token doesn't expire. */
	readonly expirationDate?: string | null;
}

/** The properties of a token to change; omitted ones stay as they are. */
export type TokenChanges = Partial<Pick<TokenDraft, 'name' | 'externalId' | 'description' | 'permissions' | 'limits' | 'approval'>>;

/** Which key of a token: the current one or, after a renewal, the previous one, which is valid until its own expiration date. */
export type KeyVersion = 'current' | 'previous';

/** The stored properties of a key. The plain-text secret is stored in a vault under `id`. */
export interface KeyRecord {
	readonly id: string;
	/** SHA-256 of the secret, lowercase hexadecimal. */
	readonly sha256: string;
	/** ISO 8601 UTC. The time from here to the expiration date is the lifetime proposed for a new key. */
	readonly issuedAt: string;
	/** ISO 8601 UTC; null is perpetual. */
	readonly expirationDate: string | null;
}

/** A token as it's stored, without anything that's derived from the current time. */
export interface TokenRecord extends Omit<Token, 'status' | 'platformStatus' | 'expirationDate' | 'renewedExpirationDate' | 'keyIssuedAt'> {
	/** False if the user has disabled the token. */
	readonly enabled: boolean;
	readonly key: KeyRecord;
	/** After a renewal, the previous key, which is valid until its own expiration date; otherwise null. */
	readonly previousKey: KeyRecord | null;
}

export const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Creates the token for a record, with the status and dates that apply at `now`.
 * @param expiringDays see `getExpiringPeriod`
 */
export function createTokenFromRecord(record: TokenRecord, now: Date, expiringDays: number): Token {
	const { id, name, externalId, description, extension, permissions, limits, approval, lease, key, previousKey, created, updated } = record;
	const isPreviousKeyValid = previousKey !== null && !isKeyExpired(previousKey, lease, now);
	// Property by property, because leaving out some with a rest pattern takes most of the time to list many tokens.
	const token: Token = {
		id,
		name,
		externalId,
		description,
		extension,
		permissions,
		status: deriveStatus(record, now, expiringDays),
		expirationDate: isPreviousKeyValid ? previousKey.expirationDate : key.expirationDate,
		renewedExpirationDate: isPreviousKeyValid ? key.expirationDate : null,
		keyIssuedAt: key.issuedAt,
		created,
		updated,
	};
	return limits || approval || lease
		? { ...token, ...(limits && { limits }), ...(approval && { approval }), ...(lease && { lease }) }
		: token;
}

/** Returns a copy of a token that shares nothing with it. */
export function copyToken(token: Token): Token {
	return {
		...token,
		extension: { ...token.extension },
		permissions: [...token.permissions],
		...(token.limits && { limits: structuredClone(token.limits) }),
		...(token.lease && { lease: { ...token.lease } }),
		created: { ...token.created },
		updated: { ...token.updated },
	};
}

/** Returns the keys of `record` that are valid at `now`, newest first. If all have expired, it returns the current one. */
export function getValidKeys({ key, previousKey, lease }: TokenRecord, now: Date): readonly { which: KeyVersion; key: KeyRecord }[] {
	const current = { which: 'current' as const, key };
	return previousKey !== null && !isKeyExpired(previousKey, lease, now) ? [current, { which: 'previous', key: previousKey }] : [current];
}

function deriveStatus({ enabled, key, previousKey, lease }: TokenRecord, now: Date, expiringDays: number): TokenStatus {
	if (!enabled) {
		return 'inactive';
	}
	if (isKeyExpired(key, lease, now)) {
		return 'expired';
	}
	if (previousKey !== null && !isKeyExpired(previousKey, lease, now)) {
		return 'revitalised';
	}
	if (lease) {
		// It's meant to end, and its user doesn't have to do anything about it.
		return 'active';
	}
	const remainingMs = key.expirationDate === null ? Infinity : Date.parse(key.expirationDate) - now.getTime();
	// Most tokens have more time left than the longest period, which is cheaper to compare.
	return remainingMs <= expiringDays * DAY_MS && remainingMs <= getExpiringPeriod(key, expiringDays) ? 'expiring' : 'active';
}

/**
 * Returns how long before its expiration date a key is expiring, in milliseconds: at most a quarter of its lifetime, so that a key that was
 * issued for a few days isn't expiring from the start.
 * @param issuedAt when the key was issued; undefined if that's unknown
 * @param expiringDays maximum number of days, which the user chooses
 */
export function getExpiringPeriod(
	{ issuedAt, expirationDate }: { readonly issuedAt: string | undefined; readonly expirationDate: string | null },
	expiringDays: number,
): number {
	const maxMs = expiringDays * DAY_MS;
	return issuedAt === undefined || expirationDate === null
		? maxMs
		: Math.min(maxMs, Math.max(0, (Date.parse(expirationDate) - Date.parse(issuedAt)) / 4));
}

/** Whether requests with the token's keys are accepted. */
export function isUsable({ status }: Pick<Token, 'status'>): boolean {
	return status !== 'inactive' && status !== 'expired';
}

/** How much the clock may have been set back since a lease's key was issued, in milliseconds. Clocks are corrected now and then. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * Whether a key isn't valid at `now` anymore. A lease's key that would last longer than a lease can isn't valid either: its record was edited, or
 * the clock was set back after it was issued.
 */
export function isKeyExpired({ issuedAt, expirationDate }: KeyRecord, lease: Lease | undefined, now: Date): boolean {
	if (lease === undefined || isExpired(expirationDate, now)) {
		return isExpired(expirationDate, now);
	}
	const issued = Date.parse(issuedAt);
	return expirationDate === null || Date.parse(expirationDate) - issued > MAX_LEASE_MS || issued - now.getTime() > CLOCK_TOLERANCE_MS;
}

/** Whether a key with this expiration date isn't valid at `now` anymore; it's valid until right before the date. */
export function isExpired(expirationDate: string | null, now: Date): boolean {
	return expirationDate !== null && Date.parse(expirationDate) <= now.getTime();
}
