import type { ValidChanges, ValidDraft } from './draftValidation';
import { MAX_EXPIRATION } from './expiration';
import { fieldProblem, type Problem } from './problems';
import { isExpired, type KeyRecord, type Stamp, type Token, type TokenRecord, type TokenStatus } from './token';

/** What a user can do with a token that exists. */
export const TOKEN_ACTIONS = ['disable', 'enable', 'rotate', 'renew', 'edit', 'delete'] as const;
export type TokenAction = (typeof TOKEN_ACTIONS)[number];

const DISABLED_MESSAGE = 'This token is disabled. Enable it first.';
const NOT_DISABLED_MESSAGE = "This token isn't disabled.";
const UNSUPPORTED_STATUS_MESSAGE =
	"This token's status doesn't allow changes here. Reload the account, or change the token in CloudBlue Connect.";
const EXPIRED_MESSAGE = 'This token has expired. Rotate it to use it again.';

/**
 * Why an action is refused in a status; an action that is not named is allowed.
 * Renewing has one more condition, which is not a matter of status: the token must expire.
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

/** Why the action is not allowed for the token as it is now; undefined when it is. */
export function findActionProblem(
	action: TokenAction,
	{ status, expirationDate }: Pick<Token, 'status' | 'expirationDate'>,
): Problem | undefined {
	const template =
		UNAVAILABLE_MESSAGES[status][action] ?? (action === 'renew' && expirationDate === null ? NEVER_EXPIRES_MESSAGE : undefined);
	return template === undefined ? undefined : { field: null, template, args: [] };
}

/** The actions that the token's menus offer. */
export function getAvailableActions(token: Pick<Token, 'status' | 'expirationDate'>): readonly TokenAction[] {
	return TOKEN_ACTIONS.filter((action) => findActionProblem(action, token) === undefined);
}

/** A key just generated, whose secret lies in a vault. */
export type NewKeyRecord = Pick<KeyRecord, 'id' | 'sha256' | 'expirationDate'>;

/** A new token made from a draft. */
export function createTokenRecord(draft: ValidDraft, id: string, key: Omit<NewKeyRecord, 'expirationDate'>, stamp: Stamp): TokenRecord {
	return {
		id,
		name: draft.name,
		externalId: draft.externalId,
		description: draft.description,
		extension: { id: draft.extension.id, name: draft.extension.name },
		permissions: draft.permissions,
		enabled: true,
		key: { ...key, issuedAt: stamp.at, expirationDate: draft.expirationDate },
		previousKey: null,
		created: stamp,
		updated: stamp,
	};
}

/** The token stopped, or going again, with everything else as it was. */
export function setRecordEnabled(record: TokenRecord, enabled: boolean, stamp: Stamp): TokenRecord {
	return { ...withUpdateStamp(record, stamp), enabled };
}

/** The token with a new key; every key it had is over at once. */
export function rotateKey(record: TokenRecord, key: NewKeyRecord, stamp: Stamp): TokenRecord {
	return { ...record, key: { ...key, issuedAt: stamp.at }, previousKey: null, updated: stamp };
}

/** The token with a new key beside the one it has, which works until its own date. */
export function renewKey(record: TokenRecord, key: NewKeyRecord, stamp: Stamp): TokenRecord {
	return { ...record, key: { ...key, issuedAt: stamp.at }, previousKey: record.key, updated: stamp };
}

/** The token with some of its data changed. */
export function applyChanges(record: TokenRecord, changes: ValidChanges, stamp: Stamp): TokenRecord {
	return { ...withUpdateStamp(record, stamp), ...changes };
}

/** The token as somebody changes it: a previous key that is over is let go. */
function withUpdateStamp(record: TokenRecord, stamp: Stamp): TokenRecord {
	const { previousKey } = record;
	return { ...record, previousKey: previousKey && isExpired(previousKey, new Date(stamp.at)) ? null : previousKey, updated: stamp };
}

/** The expiration that gives the key of a rotated or renewed token the lifetime that its key has now; null is perpetual. */
export function getSameLifetimeExpiration(
	{ issuedAt, expirationDate }: Pick<KeyRecord, 'issuedAt' | 'expirationDate'>,
	now: Date,
): string | null {
	return expirationDate === null
		? null
		: new Date(Math.min(now.getTime() + Date.parse(expirationDate) - Date.parse(issuedAt), MAX_EXPIRATION.getTime())).toISOString();
}

/**
 * A renewed token that ended before its previous key would be neither renewed nor over.
 * @param expirationDate of the new key, null for ever
 * @throws ProblemError
 */
export function assertExpiresLater(expirationDate: string | null, previousExpirationDate: string | null): void {
	if (expirationDate !== null && previousExpirationDate !== null && Date.parse(expirationDate) <= Date.parse(previousExpirationDate)) {
		throw fieldProblem('expirationDate', 'Choose a date after {0}, when the current key expires.', previousExpirationDate);
	}
}
