import type { Token, TokenStatus } from '../domain/token';

/** Statuses, most urgent first. */
export const STATUS_ORDER = ['expired', 'expiring', 'revitalised', 'active', 'inactive', 'other'] as const satisfies readonly TokenStatus[];

export const SORT_ORDERS = ['name', 'nameDescending', 'newest', 'oldest', 'expiresFirst', 'expiresLast', 'lastUsed', 'status'] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/** Which tokens to show. A token must meet all conditions. */
export interface TokenFilter {
	/** The token has one of these statuses; any if empty. */
	readonly statuses: readonly TokenStatus[];
	/** The token's extension has one of these IDs; any if empty. */
	readonly extensions: readonly string[];
	/** Each word occurs in the token's name, ID, external ID, or description, or in the task or agent of a lease. Not case-sensitive. */
	readonly text: string;
}

/** How a list of tokens is sorted and filtered. */
export interface Arrangement {
	readonly sort: SortOrder;
	readonly filter: TokenFilter;
	/** Omitted if tokens aren't grouped. */
	readonly groupBy?: 'status' | undefined;
}

/** When tokens were last used, by their IDs: ISO 8601 UTC. Those that never were, or for which it's unknown, are missing. */
export type LastUses = ReadonlyMap<string, string>;
const NO_LAST_USES: LastUses = new Map();

export const NO_FILTER: TokenFilter = { statuses: [], extensions: [], text: '' };

/** Tokens that expire soon or have expired. */
export const EXPIRING_FILTER: TokenFilter = { ...NO_FILTER, statuses: ['expired', 'expiring'] };

export function isFilterActive({ statuses, extensions, text }: TokenFilter): boolean {
	return statuses.length > 0 || extensions.length > 0 || text.trim() !== '';
}

/**
 * Returns the tokens that match the filter, sorted. Tokens that are equal in the sort order are sorted by name, then by ID.
 * @param lastUses required to sort by them
 */
export function arrangeTokens(tokens: readonly Token[], { sort, filter }: Arrangement, lastUses = NO_LAST_USES): readonly Token[] {
	const compare: TokenComparator =
		sort === 'lastUsed' ? (a, b) => compareStrings(lastUses.get(b.id) ?? '', lastUses.get(a.id) ?? '') : COMPARATORS[sort];
	return tokens.filter(createFilterPredicate(filter)).sort((a, b) => compare(a, b) || compareByName(a, b) || (a.id < b.id ? -1 : 1));
}

type TokenComparator = (a: Token, b: Token) => number;

const nameCollator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const compareByName: TokenComparator = (a, b) => nameCollator.compare(a.name, b.name);
const compareByCreation: TokenComparator = (a, b) => Date.parse(a.created.at) - Date.parse(b.created.at);

/** A token without an expiration date expires after all others. */
const compareByExpiration: TokenComparator = (a, b) =>
	compareStrings(a.expirationDate ?? AFTER_ANY_DATE, b.expirationDate ?? AFTER_ANY_DATE);
const AFTER_ANY_DATE = '\u{10ffff}';

const COMPARATORS: Record<Exclude<SortOrder, 'lastUsed'>, TokenComparator> = {
	name: compareByName,
	nameDescending: (a, b) => compareByName(b, a),
	newest: (a, b) => compareByCreation(b, a),
	oldest: compareByCreation,
	expiresFirst: compareByExpiration,
	expiresLast: (a, b) => compareByExpiration(b, a),
	status: (a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status),
};

function compareStrings(a: string, b: string): number {
	return a === b ? 0 : a < b ? -1 : 1;
}

function createFilterPredicate({ statuses, extensions, text }: TokenFilter): (token: Token) => boolean {
	const words = text.toLowerCase().split(/\s+/).filter(Boolean);
	return (token) => {
		if ((statuses.length > 0 && !statuses.includes(token.status)) || (extensions.length > 0 && !extensions.includes(token.extension.id))) {
			return false;
		}
		const { name, id, externalId, description, lease } = token;
		const searchableText = [name, id, externalId ?? '', description, ...(lease ? [lease.task, lease.agent] : [])].join('\n').toLowerCase();
		return words.every((word) => searchableText.includes(word));
	};
}
