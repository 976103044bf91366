import type { KeyVersion } from './ports';

/** `other` is any status of a platform that is none of those known here. */
export type TokenStatus = 'active' | 'expiring' | 'revitalised' | 'expired' | 'inactive' | 'other';

/** A token as users and callers of the API see it. Its key is not part of it. */
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
	/** Module ids; `['MD-0000']` is all modules. */
	readonly permissions: readonly string[];
	/** Derived from the clock, never stored. */
	readonly status: TokenStatus;
	/** What the platform calls a status that is `other`. */
	readonly platformStatus?: string;
	/** ISO 8601 UTC; null is perpetual. */
	readonly expirationDate: string | null;
	/** The new key's date while the previous key still works. */
	readonly renewedExpirationDate: string | null;
	readonly created: Stamp;
	readonly updated: Stamp;
}

/** Who did something, and when. */
export interface Stamp {
	/** ISO 8601 UTC. */
	readonly at: string;
	readonly by: string;
}

/** What a new token is made from. */
export interface TokenDraft {
	readonly name: string;
	readonly externalId?: string | null;
	readonly description?: string;
	/** Id of an extension of the catalogue; Custom when left out. */
	readonly extension?: string;
	/** Module ids; none when left out, and then only the shared paths are reached. */
	readonly permissions?: readonly string[];
	/** ISO 8601 with a time zone, in the future; null or left out is perpetual. */
	readonly expirationDate?: string | null;
}

/** What of a token can be edited; what is left out stays as it is. */
export type TokenChanges = Partial<Pick<TokenDraft, 'name' | 'externalId' | 'description' | 'permissions'>>;

/** A secret as the store knows it: never the plaintext, which lies in a vault under `id`. */
export interface KeyRecord {
	readonly id: string;
	/** SHA-256 of the secret, lower-case hexadecimal. */
	readonly sha256: string;
	/** ISO 8601 UTC; with the expiration date it gives the lifetime that a rotation or renewal proposes. */
	readonly issuedAt: string;
	/** ISO 8601 UTC; null is perpetual. */
	readonly expirationDate: string | null;
}

/** A token as a store keeps it: facts only, nothing that a clock decides. */
export interface TokenRecord extends Omit<Token, 'status' | 'platformStatus' | 'expirationDate' | 'renewedExpirationDate'> {
	/** False for a token that its user disabled. */
	readonly enabled: boolean;
	readonly key: KeyRecord;
	/** After a renewal, the key before it, which works until its own date; otherwise null. */
	readonly previousKey: KeyRecord | null;
}

/** In milliseconds. */
export const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The token that `record` is at the instant `now`.
 * @param expiringDays a token is expiring once it has at most so many days left
 */
export function createTokenFromRecord(record: TokenRecord, now: Date, expiringDays: number): Token {
	const { enabled: _enabled, key, previousKey, ...fields } = record;
	const isPreviousKeyValid = previousKey !== null && !isExpired(previousKey, now);
	return {
		...fields,
		status: deriveStatus(record, now, expiringDays),
		expirationDate: isPreviousKeyValid ? previousKey.expirationDate : key.expirationDate,
		renewedExpirationDate: isPreviousKeyValid ? key.expirationDate : null,
	};
}

/** The keys of `record` that work at the instant `now`, the newest first; its last where all are over. */
export function getValidKeys({ key, previousKey }: TokenRecord, now: Date): readonly { which: KeyVersion; key: KeyRecord }[] {
	const current = { which: 'current' as const, key };
	return previousKey !== null && !isExpired(previousKey, now) ? [current, { which: 'previous', key: previousKey }] : [current];
}

function deriveStatus({ enabled, key, previousKey }: TokenRecord, now: Date, expiringDays: number): TokenStatus {
	if (!enabled) {
		return 'inactive';
	}
	if (isExpired(key, now)) {
		return 'expired';
	}
	if (previousKey !== null && !isExpired(previousKey, now)) {
		return 'revitalised';
	}
	const remainingMs = key.expirationDate === null ? Infinity : Date.parse(key.expirationDate) - now.getTime();
	return remainingMs <= expiringDays * DAY_MS ? 'expiring' : 'active';
}

/** Whether the token's keys are accepted. */
export function isUsable({ status }: Pick<Token, 'status'>): boolean {
	return status !== 'inactive' && status !== 'expired';
}

/** A key works before its date and not from it on. */
export function isExpired(key: KeyRecord, now: Date): boolean {
	return key.expirationDate !== null && Date.parse(key.expirationDate) <= now.getTime();
}
