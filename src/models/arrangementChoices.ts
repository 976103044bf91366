import * as l10n from '@vscode/l10n';
import type { Token, TokenStatus } from '../domain/token';
import { isFilterActive, SORT_ORDERS, STATUS_ORDER, type SortOrder, type TokenFilter } from './arrangement';
import { escapeLabel } from './localization';
import type { IconName } from './multiStepInput';
import { STATUS_ICONS, statusText } from './statusTexts';
import { tokenCountText } from './tokenListTexts';

/** A part of the filter that the user can change, or `clear` to remove the whole filter. */
export type FilterChoice = keyof TokenFilter | 'clear';

/** A choice that has an icon. */
export interface IconChoice<T> {
	readonly value: T;
	readonly label: string;
	readonly description?: string;
	readonly icon: IconName;
}

/** The sort orders, with the current one marked. */
export function sortChoices(current: SortOrder): readonly IconChoice<SortOrder>[] {
	return SORT_ORDERS.map((order) => ({
		value: order,
		label: sortOrderLabel(order),
		icon: [order === current ? 'check' : 'blank'],
		...describeOrder(order, current),
	}));
}

/** The platform doesn't say when a token was last used. */
function describeOrder(order: SortOrder, current: SortOrder): { readonly description?: string } {
	const texts = [...(order === current ? [l10n.t('current')] : []), ...(order === 'lastUsed' ? [l10n.t('workspace tokens only')] : [])];
	return texts.length > 0 ? { description: texts.join(' · ') } : {};
}

/**
 * Describes the parts of a filter that are set: “Status: Expiring”.
 * @param toExtensionName returns the name of an extension, or its ID
 */
export function describeFilter({ statuses, extensions, text }: TokenFilter, toExtensionName: (id: string) => string): readonly string[] {
	return [
		...(text.trim() === '' ? [] : [l10n.t('Text: {0}', escapeLabel(text.trim()))]),
		...(statuses.length === 0 ? [] : [l10n.t('Status: {0}', statuses.map((status) => statusText({ status })).join(', '))]),
		...(extensions.length === 0 ? [] : [l10n.t('Extension: {0}', extensions.map((id) => escapeLabel(toExtensionName(id))).join(', '))]),
	];
}

/** The parts of the filter, each with its current value. */
export function filterChoices(filter: TokenFilter, tokens: readonly Token[]): readonly IconChoice<FilterChoice>[] {
	const names = extensionNamesById(tokens);
	const all = l10n.t('all');
	return [
		{ value: 'text', label: l10n.t('Text'), description: filter.text || l10n.t('any'), icon: ['search'] },
		{
			value: 'statuses',
			label: l10n.t('Status'),
			description: filter.statuses.map((status) => statusText({ status })).join(', ') || all,
			icon: ['pulse'],
		},
		{
			value: 'extensions',
			label: l10n.t('Extension'),
			description: filter.extensions.map((id) => names.get(id) ?? id).join(', ') || all,
			icon: ['plug'],
		},
		...(isFilterActive(filter) ? [{ value: 'clear', label: l10n.t('Clear Filter'), icon: ['clear-all'] } as const] : []),
	];
}

/** All statuses, most urgent first, with the number of tokens that have them. */
export function statusChoices(tokens: readonly Token[]): readonly IconChoice<TokenStatus>[] {
	return STATUS_ORDER.map((status) => ({
		value: status,
		label: statusText({ status }),
		description: tokenCountText(tokens.filter((token) => token.status === status).length),
		icon: STATUS_ICONS[status],
	}));
}

/** The extensions of the tokens and of the filter, with the number of tokens that have them. */
export function extensionChoices({ extensions }: TokenFilter, tokens: readonly Token[]): readonly Omit<IconChoice<string>, 'icon'>[] {
	const names = extensionNamesById(tokens);
	return [...new Set([...names.keys(), ...extensions])].map((id) => ({
		value: id,
		label: names.get(id) ?? id,
		description: tokenCountText(tokens.filter((token) => token.extension.id === id).length),
	}));
}

function sortOrderLabel(order: SortOrder): string {
	switch (order) {
		case 'name':
			return l10n.t('Name, A to Z');
		case 'nameDescending':
			return l10n.t('Name, Z to A');
		case 'newest':
			return l10n.t('Creation date, newest first');
		case 'oldest':
			return l10n.t('Creation date, oldest first');
		case 'expiresFirst':
			return l10n.t('Expiration date, soonest first');
		case 'expiresLast':
			return l10n.t('Expiration date, latest first');
		case 'lastUsed':
			return l10n.t('Last used, most recent first');
		case 'status':
			return l10n.t('Status, most urgent first');
	}
}

function extensionNamesById(tokens: readonly Token[]): ReadonlyMap<string, string> {
	return new Map(tokens.map(({ extension }) => [extension.id, escapeLabel(extension.name)]));
}
