import type { Token } from '../../src/domain/token';
import { toLimits, toLimitsInput, toValidLimits } from '../../src/models/limitInput';
import type { EditDraft, TokenEdit } from '../../src/protocol/detailsMessages';

export const editableFields = ['name', 'externalId', 'description', 'permissions', 'limits', 'approval'] as const;
export type EditableField = (typeof editableFields)[number];
/** What the form contains. */
export type EditableValues = Required<TokenEdit>;

/** What the form contains for a token that hasn't been edited. */
export function toEditableValues({ name, externalId, description, permissions, limits, approval = 'never' }: Token): EditableValues {
	return { name, externalId, description, permissions, limits: toLimitsInput(limits), approval };
}

/** The token with what was entered. Limits that aren't numbers are omitted. */
export function applyEdit(token: Token, { limits: enteredLimits, approval = token.approval, ...others }: TokenEdit): Token {
	const { limits: oldLimits, approval: _oldApproval, ...rest } = token;
	const limits = enteredLimits ? toValidLimits(enteredLimits) : oldLimits;
	return { ...rest, ...others, ...(limits && { limits }), ...(approval && approval !== 'never' && { approval }) };
}

/** The entered values that differ from the token's. */
export function effectiveChanges(token: Token, entered: TokenEdit): TokenEdit {
	const values = toEditableValues(token);
	return filterChanges(entered, (field, value) => !isSameValue(value, values[field]));
}

/**
 * Adds changes to `entered`, and removes the fields that are the same as the token's. Here, surrounding spaces make a difference, because
 * the user might still be typing.
 */
export function mergeChanges(token: Token, entered: TokenEdit, changes: TokenEdit): TokenEdit {
	const values = toEditableValues(token);
	return filterChanges({ ...entered, ...changes }, (field, value) =>
		field === 'permissions' ? !isSameValue(value, values[field]) : JSON.stringify(value) !== JSON.stringify(values[field]),
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

type ComparedValue = EditableValues[EditableField];

/** Whether the host treats both values as the same: it trims texts, and the order of modules doesn't matter. */
function isSameValue(left: ComparedValue, right: ComparedValue): boolean {
	return normalizeValue(left) === normalizeValue(right);
}

function normalizeValue(value: ComparedValue): string {
	if (value === null || typeof value === 'string') {
		return (value ?? '').trim();
	}
	return 'per' in value ? JSON.stringify(toLimits(value)) : [...value].sort().join();
}

const comparedFields = [...editableFields, 'status', 'expirationDate', 'renewedExpirationDate'] as const;
export type ComparedField = (typeof comparedFields)[number];

/** The fields of the token that were changed elsewhere since the user saw it as `original`, except those that match what the user `entered`. */
export function findConcurrentChanges(original: Token, token: Token, entered: TokenEdit): readonly ComparedField[] {
	const originalValues = { ...original, ...toEditableValues(original) };
	const values = { ...token, ...toEditableValues(token) };
	const expected = { ...originalValues, ...entered };
	return original.updated.at === token.updated.at
		? []
		: comparedFields.filter((field) => !isSameValue(originalValues[field], values[field]) && !isSameValue(expected[field], values[field]));
}
