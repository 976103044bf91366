import type { ValidDraft } from './draft';
import type { KeyRecord, Stamp, TokenRecord } from './token';

/** A key just generated, whose secret lies in a vault. */
export type NewKey = Pick<KeyRecord, 'id' | 'sha256'>;

/** A new token made from a draft. */
export function createToken(draft: ValidDraft, id: string, key: NewKey, by: Stamp): TokenRecord {
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
