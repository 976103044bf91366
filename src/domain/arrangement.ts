import type { Token, TokenStatus } from './token';

/** Statuses in the order of their urgency. */
export const statuses = ['expired', 'expiring', 'revitalised', 'active', 'inactive', 'other'] as const satisfies readonly TokenStatus[];

export const sortOrders = ['name', 'nameDescending', 'newest', 'oldest', 'expiresFirst', 'expiresLast', 'status'] as const;
export type SortOrder = (typeof sortOrders)[number];

/** Which tokens are shown: those that meet every condition that is set. */
export interface TokenFilter {
	/** Any of these; all when empty. */
	readonly statuses: readonly TokenStatus[];
	/** Ids of extensions, any of these; all when empty. */
	readonly extensions: readonly string[];
	/** Words that name, id, external id or description contain, in letters of any case. */
	readonly text: string;
}

/** How a list of tokens is shown. */
export interface Arrangement {
	readonly sort: SortOrder;
	readonly filter: TokenFilter;
}

export const noFilter: TokenFilter = { statuses: [], extensions: [], text: '' };

export function isFiltering({ statuses, extensions, text }: TokenFilter): boolean {
	return statuses.length > 0 || extensions.length > 0 || text.trim() !== '';
}

/** The tokens that the filter lets through, in their order; equals follow by name and then by id. */
export function arrange(tokens: readonly Token[], { sort, filter }: Arrangement): readonly Token[] {
	const compare = comparisons[sort];
	return tokens.filter(passes(filter)).sort((a, b) => compare(a, b) || byName(a, b) || (a.id < b.id ? -1 : 1));
}

type Compare = (a: Token, b: Token) => number;

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const byName: Compare = (a, b) => names.compare(a.name, b.name);
const byCreation: Compare = (a, b) => Date.parse(a.created.at) - Date.parse(b.created.at);

/** No expiration is later than any. */
const byExpiration: Compare = (a, b) => order(a.expirationDate ?? LAST, b.expirationDate ?? LAST);
const LAST = '\u{10ffff}';

const comparisons: Record<SortOrder, Compare> = {
	name: byName,
	nameDescending: (a, b) => byName(b, a),
	newest: (a, b) => byCreation(b, a),
	oldest: byCreation,
	expiresFirst: byExpiration,
	expiresLast: (a, b) => byExpiration(b, a),
	status: (a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status),
};

function order(a: string, b: string): number {
	return a === b ? 0 : a < b ? -1 : 1;
}

function passes({ statuses: wanted, extensions, text }: TokenFilter): (token: Token) => boolean {
	const words = text.toLowerCase().split(/\s+/).filter(Boolean);
	return (token) => {
		if ((wanted.length > 0 && !wanted.includes(token.status)) || (extensions.length > 0 && !extensions.includes(token.extension.id))) {
			return false;
		}
		const searched = [token.name, token.id, token.externalId ?? '', token.description].join('\n').toLowerCase();
		return words.every((word) => searched.includes(word));
	};
}
