import type { Token } from '../../src/domain/token';
import type { Changes } from '../../src/protocol/details';

export const editableFields = ['name', 'externalId', 'description', 'permissions'] as const;
export type EditableField = (typeof editableFields)[number];
export type Editable = Pick<Token, EditableField>;

/** Of what the user entered, what would change the token. */
export function changesTo(token: Editable, entered: Changes): Changes {
	return pick(entered, (field, value) => !isSame(value, token[field]));
}

/** `entered` with more changes. A field that is as the token has it is not entered; spaces count, or nobody could type them. */
export function enter(token: Editable, entered: Changes, changes: Changes): Changes {
	return pick({ ...entered, ...changes }, (field, value) =>
		field === 'permissions' ? !isSame(value, token[field]) : value !== token[field],
	);
}

function pick(entered: Changes, wanted: (field: EditableField, value: Editable[EditableField]) => boolean): Changes {
	const fields = editableFields.filter((field) => {
		const value = entered[field];
		return value !== undefined && wanted(field, value);
	});
	return Object.fromEntries(fields.map((field) => [field, entered[field]]));
}

export function isEmpty(changes: Changes): boolean {
	return Object.keys(changes).length === 0;
}

/** Whether the host would take both for the same: it trims texts, and modules have no order. */
function isSame(one: Editable[EditableField], other: Editable[EditableField]): boolean {
	return comparable(one) === comparable(other);
}

function comparable(value: Editable[EditableField]): string {
	return value === null || typeof value === 'string' ? (value ?? '').trim() : [...value].sort().join();
}

const shownFields = [...editableFields, 'status', 'expirationDate', 'renewedExpirationDate'] as const;
export type ShownField = (typeof shownFields)[number];

/** The fields of a token that somebody has changed since the user saw it; not those that are now as the user `entered` them. */
export function changesSince(seen: Token, token: Token, entered: Changes): readonly ShownField[] {
	const known = { ...seen, ...entered };
	return seen.updated.at === token.updated.at
		? []
		: shownFields.filter((field) => !isSame(seen[field], token[field]) && !isSame(known[field], token[field]));
}
