import type { ValidDraft } from './draft';
import type { KeyRecord, Stamp, TokenRecord } from './token';

/** A new token made from a draft; its key has been generated and its secret lies in a vault. */
export function createToken(draft: ValidDraft, id: string, key: Omit<KeyRecord, 'expirationDate'>, by: Stamp): TokenRecord {
	return {
		id,
		name: draft.name,
		externalId: draft.externalId,
		description: draft.description,
		extension: { id: draft.extension.id, name: draft.extension.name },
		permissions: draft.permissions,
		enabled: true,
		key: { ...key, expirationDate: draft.expirationDate },
		previousKey: null,
		created: by,
		updated: by,
	};
}
