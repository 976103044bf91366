import type { Token } from '../../src/domain/token';
import type { EditDraft, TokenEdit } from '../../src/protocol/detailsMessages';

export const editableFields = ['name', 'externalId', 'description', 'permissions'] as const;
export type EditableField = (typeof editableFields)[number];
export type EditableValues = Pick<Token, EditableField>;

/** The entered values that differ from the token's. */
export function effectiveChanges(token: EditableValues, entered: TokenEdit): TokenEdit {
	return filterChanges(entered, (field, value) => !isSameValue(value, token[field]));
}

/**
 * Adds changes to `entered`, and removes the fields that are the same as the token's. Here, surrounding spaces make a difference, because
 * the user might still be typing.
 */
export function mergeChanges(token: EditableValues, entered: TokenEdit, changes: TokenEdit): TokenEdit {
	return filterChanges({ ...entered, ...changes }, (field, value) =>
		field === 'permissions' ? !isSameValue(value, token[field]) : value !== token[field],
	);
}

function filterChanges(entered: TokenEdit, isIncluded: (field: EditableField, value: EditableValues[EditableField]) => boolean): TokenEdit {
	const fields = editableFields.filter((field) => {
		const value = entered[field];
		return value !== undefined && isIncluded(field, value);
	});
	return Object.fromEntries(fields.map((field) => [field, entered[field]]));
}

export function hasNoChanges(changes: TokenEdit): boolean {
	return Object.keys(changes).length === 0;
}

/**
 * Whether the token already has everything that was entered: the host saved it while the page was hidden or closed, or after the request
 * timed out.
 */
export function hasBeenSaved({ seen, entered }: EditDraft, token: Token | null): boolean {
	return token !== null && token.updated.at !== seen.updated.at && !hasNoChanges(entered) && hasNoChanges(effectiveChanges(token, entered));
}

/** Whether the host treats both values as the same: it trims texts, and the order of modules doesn't matter. */
function isSameValue(left: EditableValues[EditableField], right: EditableValues[EditableField]): boolean {
	return normalizeValue(left) === normalizeValue(right);
}

function normalizeValue(value: EditableValues[EditableField]): string {
	return value === null || typeof value === 'string' ? (value ?? '').trim() : [...value].sort().join();
}

const comparedFields = [...editableFields, 'status', 'expirationDate', 'renewedExpirationDate'] as const;
export type ComparedField = (typeof comparedFields)[number];

/** The fields of the token that were changed elsewhere since the user saw it as `original`, except those that match what the user `entered`. */
export function findConcurrentChanges(original: Token, token: Token, entered: TokenEdit): readonly ComparedField[] {
	const expected = { ...original, ...entered };
	return original.updated.at === token.updated.at
		? []
		: comparedFields.filter((field) => !isSameValue(original[field], token[field]) && !isSameValue(expected[field], token[field]));
}
