import { DAY_MS, type Token, type TokenRecord } from '../../../src/domain/token';

/** ID of the example token. */
export const TOKEN_ID = 'SU-631-646-036';

/** Secrets of the example token, by the IDs of its keys. Assembled at run time, so that no file contains anything that looks like a key. */
export const exampleSecrets = { current: 'ab'.repeat(20), previous: 'cd'.repeat(20) } as const;

/** Lifetime of the example token's keys. */
const KEY_LIFETIME_DAYS = 30;
/** Lifetime of the example lease. */
const LEASE_LIFETIME_DAYS = 2 / 24;

/** Properties of the example token that differ. */
export interface ExampleChanges extends Partial<Omit<TokenRecord, 'key' | 'previousKey'>> {
	/** Days until the key expires, or its expiration date; null if it doesn't expire. 30 days by default. */
	readonly expires?: number | string | null;
	/** Days until the previous key of a renewed token expires. By default, the token wasn't renewed. */
	readonly previousKeyExpires?: number;
}

/** The example token as a renewed one whose previous key is valid for three more days. */
export const renewedToken: ExampleChanges = { previousKeyExpires: 3 };

/** The example token as a lease that ends in an hour. */
export const exampleLease: ExampleChanges = {
	name: 'Compare the prices of all listings with those of the catalog',
	lease: { task: 'Compare the prices of all listings with those of the catalog', agent: 'Claude Code' },
	permissions: ['listings:read', 'pricing:read'],
	limits: { rate: { requests: 60, per: 'minute' } },
	approval: 'writes',
	externalId: null,
	description: '',
	expires: 1 / 24,
};

/**
 * The record of the example token.
 * @param hash calculates the hashes of its keys
 */
export function exampleRecord(now: Date, changes: ExampleChanges, hash: (secret: string) => string): TokenRecord {
	const { expires = KEY_LIFETIME_DAYS, previousKeyExpires, ...others } = changes;
	const lifetimeDays = others.lease ? LEASE_LIFETIME_DAYS : KEY_LIFETIME_DAYS;
	const createKey = (id: keyof typeof exampleSecrets, end: number | string | null): TokenRecord['key'] => {
		const expirationDate = typeof end === 'number' ? addDays(now, end) : end;
		return {
			id,
			sha256: hash(exampleSecrets[id]),
			issuedAt: typeof end === 'number' ? addDays(now, end - lifetimeDays) : now.toISOString(),
			expirationDate,
		};
	};
	return {
		id: TOKEN_ID,
		name: 'Nightly import',
		externalId: 'billing-7',
		description: 'Reads the usage of yesterday.',
		extension: { id: 'EXT-000', name: 'Custom' },
		permissions: ['billing', 'usage', 'MD-0024'],
		enabled: true,
		created: { at: '2025-05-19T09:54:00.000Z', by: 'Ada' },
		updated: { at: '2025-05-20T10:12:00.000Z', by: 'Grace' },
		key: createKey('current', expires),
		previousKey: previousKeyExpires === undefined ? null : createKey('previous', previousKeyExpires),
		...others,
	};
}

/** The value of the example token's `Authorization` header. */
export function exampleAuthorization(which: keyof typeof exampleSecrets = 'current'): string {
	return `ApiKey ${TOKEN_ID}:${exampleSecrets[which]}`;
}

export function addDays(from: Date, days: number): string {
	return new Date(from.getTime() + days * DAY_MS).toISOString();
}

/** The example token before its last change, as an edit could have started with it. */
export const earlierToken: Token = {
	id: TOKEN_ID,
	name: 'Before',
	externalId: 'billing-7',
	description: 'Reads the usage of yesterday.',
	extension: { id: 'EXT-000', name: 'Custom' },
	permissions: ['billing', 'usage', 'MD-0024'],
	status: 'active',
	expirationDate: null,
	renewedExpirationDate: null,
	created: { at: '2025-05-19T09:54:00.000Z', by: 'Ada' },
	updated: { at: '2025-05-19T09:54:00.000Z', by: 'Ada' },
};
