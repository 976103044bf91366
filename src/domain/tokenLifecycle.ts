import type { ValidChanges, ValidDraft } from './draftValidation';
import { MAX_EXPIRATION } from './expiration';
import { fieldProblem, problem, type Problem } from './problems';
import { toRequestRuleProperties } from './tokenLimits';
import { isExpired, type KeyRecord, type Stamp, type Token, type TokenRecord, type TokenStatus } from './token';

/** Actions on an existing token. */
export const TOKEN_ACTIONS = ['disable', 'enable', 'rotate', 'renew', 'edit', 'delete'] as const;
export type TokenAction = (typeof TOKEN_ACTIONS)[number];

export function isTokenAction(action: string): action is TokenAction {
	return (TOKEN_ACTIONS as readonly string[]).includes(action);
}

const DISABLED_MESSAGE = 'This token is disabled. Enable it first.';
const NOT_DISABLED_MESSAGE = "This token isn't disabled.";
const UNSUPPORTED_STATUS_MESSAGE =
	"This token's status doesn't allow changes here. Reload the account, or change the token in CloudBlue Connect.";
const EXPIRED_MESSAGE = 'This token has expired. Rotate it to use it again.';

/**
 * Why an action isn't available in a status; actions without a message are.
 * Renewing has another condition, which doesn't depend on the status: the token must have an expiration date.
 */
const UNAVAILABLE_MESSAGES: Record<TokenStatus, Partial<Record<TokenAction, string>>> = {
	active: { enable: NOT_DISABLED_MESSAGE },
	expiring: { enable: NOT_DISABLED_MESSAGE },
	revitalised: {
		enable: NOT_DISABLED_MESSAGE,
		renew:
			'This token was renewed, and its previous key is still valid. Wait until that key expires to renew the token again, or rotate it.',
	},
	expired: { enable: NOT_DISABLED_MESSAGE, disable: EXPIRED_MESSAGE, renew: EXPIRED_MESSAGE },
	inactive: { disable: 'This token is already disabled.', renew: DISABLED_MESSAGE },
	other: {
		disable: UNSUPPORTED_STATUS_MESSAGE,
		enable: UNSUPPORTED_STATUS_MESSAGE,
		rotate: UNSUPPORTED_STATUS_MESSAGE,
		renew: UNSUPPORTED_STATUS_MESSAGE,
		edit: UNSUPPORTED_STATUS_MESSAGE,
	},
};
const NEVER_EXPIRES_MESSAGE = "This token doesn't expire, so it can't be renewed. To replace its key, rotate it.";

/** Returns why the action isn't available for the token, or undefined if it is. */
export function findActionProblem(
	action: TokenAction,
	{ status, expirationDate }: Pick<Token, 'status' | 'expirationDate'>,
): Problem | undefined {
	const template =
		UNAVAILABLE_MESSAGES[status][action] ?? (action === 'renew' && expirationDate === null ? NEVER_EXPIRES_MESSAGE : undefined);
	return template === undefined ? undefined : { field: null, template, args: [] };
}

/** Returns the actions that are available for the token, in the order of the menus. */
export function getAvailableActions(token: Pick<Token, 'status' | 'expirationDate'>): readonly TokenAction[] {
	return TOKEN_ACTIONS.filter((action) => findActionProblem(action, token) === undefined);
}

/** A new key whose secret is stored in a vault. */
export type NewKeyRecord = Pick<KeyRecord, 'id' | 'sha256' | 'expirationDate'>;

/** Creates the record of a new token. */
export function createTokenRecord(draft: ValidDraft, id: string, key: Omit<NewKeyRecord, 'expirationDate'>, stamp: Stamp): TokenRecord {
	return {
		id,
		name: draft.name,
		externalId: draft.externalId,
		description: draft.description,
		extension: { id: draft.extension.id, name: draft.extension.name },
		permissions: draft.permissions,
		...toRequestRuleProperties(draft),
		...(draft.lease && { lease: draft.lease }),
		enabled: true,
		key: { ...key, issuedAt: stamp.at, expirationDate: draft.expirationDate },
		previousKey: null,
		created: stamp,
		updated: stamp,
	};
}

/** Enables or disables a token. */
export function setRecordEnabled(record: TokenRecord, enabled: boolean, stamp: Stamp): TokenRecord {
	return { ...withUpdateStamp(record, stamp), enabled };
}

/** Replaces all keys of a token with a new one. */
export function rotateKey(record: TokenRecord, key: NewKeyRecord, stamp: Stamp): TokenRecord {
	return { ...record, key: { ...key, issuedAt: stamp.at }, previousKey: null, updated: stamp };
}

/** Adds a new key to a token, and keeps the current one as the previous key. */
export function renewKey(record: TokenRecord, key: NewKeyRecord, stamp: Stamp): TokenRecord {
	return { ...record, key: { ...key, issuedAt: stamp.at }, previousKey: record.key, updated: stamp };
}

/**
 * Removes the key from before a renewal, so that it's invalid immediately.
 * @throws ProblemError when there's no such key, or it has expired
 */
export function endPreviousKey(record: TokenRecord, stamp: Stamp): TokenRecord {
	if (record.previousKey === null || isExpired(record.previousKey.expirationDate, new Date(stamp.at))) {
		throw problem('Token {0} has no previous key that is still valid.', record.id);
	}
	return { ...record, previousKey: null, updated: stamp };
}

/**
 * Ends a lease: its keys expire now, whether or not it's disabled.
 * @throws ProblemError when the token isn't a lease, or it has ended already
 */
export function endLease(record: TokenRecord, stamp: Stamp): TokenRecord {
	if (!record.lease) {
		throw problem("Token {0} isn't a lease. Disable it to deny its requests.", record.id);
	}
	if (isExpired(record.key.expirationDate, new Date(stamp.at))) {
		throw problem('The lease {0} has already ended.', record.id);
	}
	return { ...record, enabled: true, key: { ...record.key, expirationDate: stamp.at }, previousKey: null, updated: stamp };
}

/** Changes the editable properties of a token. */
export function applyChanges(record: TokenRecord, changes: ValidChanges, stamp: Stamp): TokenRecord {
	const { limits, approval, ...fields } = { ...withUpdateStamp(record, stamp), ...changes };
	return { ...fields, ...toRequestRuleProperties({ limits: limits ?? null, approval: approval ?? 'never' }) };
}

/** Records who changed a token, and removes an expired previous key. */
function withUpdateStamp(record: TokenRecord, stamp: Stamp): TokenRecord {
	const { previousKey } = record;
	const isPreviousKeyExpired = previousKey !== null && isExpired(previousKey.expirationDate, new Date(stamp.at));
	return { ...record, previousKey: isPreviousKeyExpired ? null : previousKey, updated: stamp };
}

/** Returns the expiration date that gives a new key the same lifetime as `key`; null if it doesn't expire. */
export function getSameLifetimeExpiration(
	{ issuedAt, expirationDate }: Pick<KeyRecord, 'issuedAt' | 'expirationDate'>,
	now: Date,
): string | null {
	return expirationDate === null
		? null
		: new Date(Math.min(now.getTime() + Date.parse(expirationDate) - Date.parse(issuedAt), MAX_EXPIRATION.getTime())).toISOString();
}

/**
 * Checks that a new key is valid for longer than the previous one; otherwise, the token would be neither renewed nor expired.
 * @param expirationDate expiration date of the new key; null if it doesn't expire
 * @throws ProblemError when it isn't
 */
export function assertExpiresLater(expirationDate: string | null, previousExpirationDate: string | null): void {
	if (expirationDate !== null && previousExpirationDate !== null && Date.parse(expirationDate) <= Date.parse(previousExpirationDate)) {
		throw fieldProblem('expirationDate', 'Choose a date after {0}, when the current key expires.', previousExpirationDate);
	}
}
