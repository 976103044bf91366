import type { ValidChanges, ValidDraft } from './draft';
import { LATEST } from './expiry';
import { fieldProblem, type Problem } from './problems';
import { isOver, type KeyRecord, type Stamp, type Token, type TokenRecord, type TokenStatus } from './token';

/** What a user can do with a token that exists. */
export const tokenActions = ['disable', 'enable', 'rotate', 'renew', 'edit', 'delete'] as const;
export type TokenAction = (typeof tokenActions)[number];

const DISABLED = 'The token is disabled. Enable it first.';
const NOT_DISABLED = 'The token is not disabled.';
const OTHER = 'The token is in a status that allows no change here. Reload the account, or change the token on the platform.';
const EXPIRED = 'The token has expired. Rotate it to use it again.';

/**
 * Why an action is refused in a status; an action that is not named is allowed.
 * Renewing has one more condition, which is not a matter of status: the token must expire.
 */
const REFUSALS: Record<TokenStatus, Partial<Record<TokenAction, string>>> = {
	active: { enable: NOT_DISABLED },
	expiring: { enable: NOT_DISABLED },
	revitalised: {
		enable: NOT_DISABLED,
		renew: 'The token was renewed and its previous key still works. Renew it again when that key has expired, or rotate it.',
	},
	expired: { enable: NOT_DISABLED, disable: EXPIRED, renew: EXPIRED },
	inactive: { disable: 'The token is disabled already.', renew: DISABLED },
	other: { disable: OTHER, enable: OTHER, rotate: OTHER, renew: OTHER, edit: OTHER },
};
const NEVER_EXPIRES = 'The token does not expire, so there is nothing to renew. Rotate it to replace its key.';

/** Why the action is not allowed for the token as it is now; undefined when it is. */
export function refusalOf(action: TokenAction, { status, expirationDate }: Pick<Token, 'status' | 'expirationDate'>): Problem | undefined {
	const template = REFUSALS[status][action] ?? (action === 'renew' && expirationDate === null ? NEVER_EXPIRES : undefined);
	return template === undefined ? undefined : { field: null, template, args: [] };
}

/** The actions that the token's menus offer. */
export function allowedActions(token: Pick<Token, 'status' | 'expirationDate'>): readonly TokenAction[] {
	return tokenActions.filter((action) => refusalOf(action, token) === undefined);
}

/** A key just generated, whose secret lies in a vault. */
export type NewKey = Pick<KeyRecord, 'id' | 'sha256' | 'expirationDate'>;

/** A new token made from a draft. */
export function createToken(draft: ValidDraft, id: string, key: Omit<NewKey, 'expirationDate'>, by: Stamp): TokenRecord {
	return {
		id,
		name: draft.name,
		externalId: draft.externalId,
		description: draft.description,
		extension: { id: draft.extension.id, name: draft.extension.name },
		permissions: draft.permissions,
		enabled: true,
		key: { ...key, issuedAt: by.at, expirationDate: draft.expirationDate },
		previousKey: null,
		created: by,
		updated: by,
	};
}

/** The token stopped, or going again, with everything else as it was. */
export function setEnabled(record: TokenRecord, enabled: boolean, by: Stamp): TokenRecord {
	return { ...current(record, by), enabled };
}

/** The token with a new key; every key it had is over at once. */
export function rotate(record: TokenRecord, key: NewKey, by: Stamp): TokenRecord {
	return { ...record, key: { ...key, issuedAt: by.at }, previousKey: null, updated: by };
}

/** The token with a new key beside the one it has, which works until its own date. */
export function renew(record: TokenRecord, key: NewKey, by: Stamp): TokenRecord {
	return { ...record, key: { ...key, issuedAt: by.at }, previousKey: record.key, updated: by };
}

/** The token with some of its data changed. */
export function edit(record: TokenRecord, changes: ValidChanges, by: Stamp): TokenRecord {
	return { ...current(record, by), ...changes };
}

/** The token as somebody changes it: a previous key that is over is let go. */
function current(record: TokenRecord, by: Stamp): TokenRecord {
	const { previousKey } = record;
	return { ...record, previousKey: previousKey && isOver(previousKey, new Date(by.at)) ? null : previousKey, updated: by };
}

/** The expiration that gives the key of a rotated or renewed token the lifetime that its key has now; null is perpetual. */
export function sameLifetime({ issuedAt, expirationDate }: Pick<KeyRecord, 'issuedAt' | 'expirationDate'>, now: Date): string | null {
	return expirationDate === null
		? null
		: new Date(Math.min(now.getTime() + Date.parse(expirationDate) - Date.parse(issuedAt), LATEST.getTime())).toISOString();
}

/**
 * A renewed token that ended before its previous key would be neither renewed nor over.
 * @param date of the new key, null for ever
 * @throws ProblemError
 */
export function assertLater(date: string | null, previous: string | null): void {
	if (date !== null && previous !== null && Date.parse(date) <= Date.parse(previous)) {
		throw fieldProblem('expirationDate', 'Choose a date after {0}, when the key that you renew ends.', previous);
	}
}
