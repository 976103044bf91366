import type { Stamp, Token, TokenRecord } from './token';

/** What can happen to a token, except that it's deleted, which deletes its history, too. */
export const HISTORY_EVENT_KINDS = [
	'created',
	'imported',
	'edited',
	'rotated',
	'renewed',
	'previousKeyEnded',
	'leaseEnded',
	'disabled',
	'enabled',
] as const;

/** The properties of a token that an edit can change. */
export const EDITABLE_FIELDS = ['name', 'externalId', 'description', 'permissions', 'limits', 'approval'] as const;
export type EditableField = (typeof EDITABLE_FIELDS)[number];

/** Something that was done with a token: what, when, and by whom. Contains neither keys nor any value of the token. */
export interface HistoryEvent extends Stamp {
	readonly kind: (typeof HISTORY_EVENT_KINDS)[number];
	/** The properties that an edit changed. */
	readonly fields?: readonly EditableField[];
}

/** A line of a token's history. `changed` is a change of which only the time and the author are known. */
export type HistoryEntry = Omit<HistoryEvent, 'kind'> & { readonly kind: HistoryEvent['kind'] | 'changed' };

/** Events by token ID, oldest first. */
export type HistoryByToken = Readonly<Record<string, readonly HistoryEvent[]>>;

/** The number of events that are kept for a token. */
export const MAX_HISTORY_EVENTS = 100;

/** The events of actions on tokens. */
const EVENT_KINDS = {
	disable: 'disabled',
	enable: 'enabled',
	rotate: 'rotated',
	renew: 'renewed',
	edit: 'edited',
	endPreviousKey: 'previousKeyEnded',
	endLease: 'leaseEnded',
} as const satisfies Record<string, HistoryEvent['kind']>;

/** An action that's recorded when it's carried out. */
export type RecordedAction = keyof typeof EVENT_KINDS;

/** Returns the event for an action that has changed the record of a token. */
export function createEvent(action: RecordedAction, before: TokenRecord, after: TokenRecord): HistoryEvent {
	const { at, by } = after.updated;
	const fields = action === 'edit' ? EDITABLE_FIELDS.filter((field) => !isEqual(before[field], after[field])) : [];
	return { kind: EVENT_KINDS[action], at, by, ...(fields.length > 0 && { fields }) };
}

/** Adds an event to the history of a token. A token that's created or imported starts a new one: its ID may have been used before. */
export function addEvent(history: HistoryByToken, tokenId: string, event: HistoryEvent): HistoryByToken {
	const earlier = isBeginning(event) ? [] : (history[tokenId] ?? []);
	return { ...history, [tokenId]: [...earlier, event].slice(-MAX_HISTORY_EVENTS) };
}

/**
 * Returns the history of a token, newest first. What isn't in `events` is added from the token itself: its creation, and its last change,
 * such as one from before events were recorded.
 */
export function completeHistory(
	events: readonly HistoryEvent[],
	{ created, updated }: Pick<Token, 'created' | 'updated'>,
): readonly HistoryEntry[] {
	const withCreation: readonly HistoryEntry[] = events.some(isBeginning) ? events : [{ kind: 'created', ...created }, ...events];
	const hasLastChange = Date.parse(updated.at) <= Date.parse(withCreation.at(-1)!.at);
	return (hasLastChange ? withCreation : [...withCreation, { kind: 'changed' as const, ...updated }]).toReversed();
}

function isBeginning({ kind }: HistoryEvent): boolean {
	return kind === 'created' || kind === 'imported';
}

/** Compares texts, limits, or lists of module IDs in any order. */
function isEqual(one: TokenRecord[EditableField], other: TokenRecord[EditableField]): boolean {
	return toComparable(one) === toComparable(other);
}

function toComparable(value: TokenRecord[EditableField]): string | undefined {
	if (typeof value !== 'object' || value === null) {
		return value ?? undefined;
	}
	return 'length' in value ? JSON.stringify([...value].sort()) : JSON.stringify([value.rate?.requests, value.rate?.per, value.total]);
}
