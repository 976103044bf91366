/** An RQL condition on a field. */
export interface Condition {
	/** `eq ne gt ge lt le like ilike in out` */
	readonly operator: string;
	/** Names separated by dots. */
	readonly field: string;
	/** One value, or several for `in` and `out`; `null` is RQL's `null()`. */
	readonly values: readonly (string | null)[];
}

export type Term = Condition | { readonly operator: 'and' | 'or' | 'not'; readonly terms: readonly Term[] };

/** The parsed query of a list. */
export interface ListQuery {
	readonly terms: readonly Term[];
	/** Fields to sort by, with the prefix `-` for descending order. */
	readonly ordering: readonly string[];
	readonly limit: number | undefined;
	readonly offset: number | undefined;
}

const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'like', 'ilike'];
const LISTS = ['in', 'out'];
const LOGIC = ['and', 'or', 'not'] as const;

/** Punctuation, or a value with or without quotes. */
const TOKEN_PATTERN = /"[^"]*"|'[^']*'|[(),&|;=]|[^(),&|;="']+/g;

/** A value that doesn't need quotes in the platform's RQL grammar. */
const UNQUOTED_PATTERN = /^[\p{L}\p{N}_\-*+\\][\p{L}\p{N}_.\s\-:+@*\\]*$/u;

/**
 * Parses the query of a list, which can combine RQL and plain `name=value` parameters.
 * @param query as sent, without the question mark
 * @throws Error if it isn't valid
 */
export function parseListQuery(query: string): ListQuery {
	const parser = new Parser(decodeURIComponent(query.replaceAll('+', '%2B')));
	const terms = parser.parse();
	const numberOf = (name: string) => {
		const value = parser.paging.get(name);
		if (value !== undefined && !/^\d+$/.test(value)) {
			throw new Error(`${name} is not a number: ${value}`);
		}
		return value === undefined ? undefined : Number(value);
	};
	return { terms, ordering: parser.ordering, limit: numberOf('limit'), offset: numberOf('offset') };
}

/** Returns all conditions of the terms, including nested ones. */
export function conditionsOf(terms: readonly Term[]): Condition[] {
	return terms.flatMap((term) => ('terms' in term ? conditionsOf(term.terms) : [term]));
}

/**
 * Returns the items that match the terms, in the requested order. The sort is stable.
 * @param serialize converts an item to a response object, whose field names the query uses
 */
export function select<T>(
	items: readonly T[],
	serialize: (item: T) => unknown,
	{ terms, ordering }: Pick<ListQuery, 'terms' | 'ordering'>,
): T[] {
	if (terms.length === 0 && ordering.length === 0) {
		return [...items];
	}
	const paths = ordering.map((signed) => signed.replace(/^[+-]/, '').split('.'));
	const directions = ordering.map((signed) => (signed.startsWith('-') ? -1 : 1));
	const selected: { item: T; keys: (string | null)[] }[] = [];
	for (const item of items) {
		const serialized = serialize(item);
		if (terms.every((term) => matches(serialized, term))) {
			// All timestamps have the same offset, so they can be sorted as text.
			selected.push({ item, keys: paths.map((path) => valuesAt(serialized, path)[0] ?? null) });
		}
	}
	return selected
		.sort((a, b) => {
			let difference = 0;
			for (let index = 0; difference === 0 && index < directions.length; index++) {
				difference = compare(a.keys[index]!, b.keys[index]!) * directions[index]!;
			}
			return difference;
		})
		.map(({ item }) => item);
}

function matches(item: unknown, term: Term): boolean {
	if ('terms' in term) {
		const { operator, terms } = term;
		return operator === 'or'
			? terms.some((child) => matches(item, child))
			: terms.every((child) => matches(item, child)) !== (operator === 'not');
	}
	const found = valuesAt(item, term.field.split('.'));
	const values = found.length === 0 ? [null] : found;
	const [wanted = null] = term.values;
	const compares = (test: (difference: number) => boolean) =>
		values.some((value) => value !== null && wanted !== null && test(compare(keyOf(value), keyOf(wanted))));
	switch (term.operator) {
		case 'in':
			return values.some((value) => term.values.includes(value));
		case 'out':
			return !values.some((value) => term.values.includes(value));
		case 'eq':
			return values.some((value) => compare(keyOf(value), keyOf(wanted)) === 0);
		case 'ne':
			return !values.some((value) => compare(keyOf(value), keyOf(wanted)) === 0);
		case 'gt':
			return compares((difference) => difference > 0);
		case 'ge':
			return compares((difference) => difference >= 0);
		case 'lt':
			return compares((difference) => difference < 0);
		case 'le':
			return compares((difference) => difference <= 0);
		default:
			return values.some((value) => value !== null && patternOf(wanted ?? '', term.operator === 'ilike').test(value));
	}
}

/** Returns the values at a path; for a list on the path, those of all its items. */
function valuesAt(item: unknown, path: readonly string[]): (string | null)[] {
	let found = item;
	for (const [depth, name] of path.entries()) {
		if (Array.isArray(found)) {
			return found.flatMap((element) => valuesAt(element, path.slice(depth)));
		}
		found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined;
	}
	return found === undefined ? [] : [found === null || typeof found === 'string' ? found : JSON.stringify(found)];
}

type SortKey = string | number | null;

/** Timestamps are compared as numbers because they can have different offsets. */
function keyOf(value: string | null): SortKey {
	return value !== null && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : value;
}

/** Sorts null last, as the platform's database does. */
function compare(a: SortKey, b: SortKey): number {
	if (a === null || b === null) {
		return a === b ? 0 : a === null ? 1 : -1;
	}
	return a < b ? -1 : a > b ? 1 : 0;
}

/** `*` at the start or end matches any text. */
function patternOf(text: string, ignoreCase: boolean): RegExp {
	const [, before, middle = '', after] = /^(\*?)(.*?)(\*?)$/s.exec(text) ?? [];
	const literal = middle.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	return new RegExp(`${before ? '' : '^'}${literal}${after ? '' : '$'}`, ignoreCase ? 'is' : 's');
}

class Parser {
	readonly paging = new Map<string, string>();
	ordering: readonly string[] = [];
	private readonly tokens: readonly string[];
	private position = 0;

	constructor(query: string) {
		this.tokens = query.match(TOKEN_PATTERN) ?? [];
		if (this.tokens.join('') !== query) {
			throw new Error(`Unterminated quote: ${query}`);
		}
	}

	/** Parses the whole query. */
	parse(): Term[] {
		const terms: Term[] = [];
		while (this.position < this.tokens.length) {
			if (terms.length > 0 || this.position > 0) {
				this.take('&', ',');
			}
			terms.push(...this.term());
		}
		return terms;
	}

	/** Parses a term. Returns none for paging and ordering. */
	private term(): Term[] {
		if (this.peek() === '(') {
			return [this.group()];
		}
		const name = this.word();
		if (this.peek() === '=') {
			this.take('=');
			return this.equation(name);
		}
		this.take('(');
		if (name === 'ordering') {
			this.ordering = this.words();
			return [];
		}
		const logic = LOGIC.find((item) => item === name);
		if (logic !== undefined) {
			const terms = this.term();
			while (this.peek() === ',') {
				this.take(',');
				terms.push(...this.term());
			}
			this.take(')');
			return [{ operator: logic, terms }];
		}
		if (!COMPARISONS.includes(name) && !LISTS.includes(name)) {
			throw new Error(`Unknown RQL operator "${name}".`);
		}
		const field = this.word();
		this.take(',');
		const values = LISTS.includes(name) ? this.values() : [this.value()];
		this.take(')');
		return [{ operator: name, field, values }];
	}

	/** `(a|b)` or `(a,b)`. */
	private group(): Term {
		this.take('(');
		const terms = this.term();
		const separators = new Set<string>();
		while (this.peek() !== ')') {
			separators.add(this.take('|', ';', '&', ','));
			terms.push(...this.term());
		}
		this.take(')');
		return { operator: separators.has('|') || separators.has(';') ? 'or' : 'and', terms };
	}

	/** `name=value` or `name=operator=value`. */
	private equation(name: string): Term[] {
		const first = this.value();
		if (name === 'limit' || name === 'offset') {
			this.paging.set(name, first ?? '');
			return [];
		}
		if (this.peek() !== '=') {
			return [{ operator: 'eq', field: name, values: [first] }];
		}
		this.take('=');
		if (first === null || !COMPARISONS.includes(first)) {
			throw new Error(`Unknown RQL operator "${first}".`);
		}
		return [{ operator: first, field: name, values: [this.value()] }];
	}

	private values(): (string | null)[] {
		this.take('(');
		const values = [this.value()];
		while (this.peek() === ',') {
			this.take(',');
			values.push(this.value());
		}
		this.take(')');
		return values;
	}

	private value(): string | null {
		const token = this.word();
		if ((token === 'null' || token === 'empty') && this.peek() === '(') {
			this.take('(');
			this.take(')');
			return token === 'null' ? null : '';
		}
		if (/^["']/.test(token)) {
			return token.slice(1, -1);
		}
		if (!UNQUOTED_PATTERN.test(token)) {
			throw new Error(`RQL requires quotes around ${token}.`);
		}
		return token;
	}

	/** Reads words up to the closing parenthesis. */
	private words(): string[] {
		const words: string[] = [];
		while (this.peek() !== ')') {
			if (words.length > 0) {
				this.take(',');
			}
			words.push(this.word());
		}
		this.take(')');
		return words;
	}

	private word(): string {
		const token = this.peek();
		if (token === undefined || /^[(),&|;=]$/.test(token)) {
			throw new Error(`Expected a name or value at "${this.rest()}".`);
		}
		this.position++;
		return token;
	}

	private take(...expected: string[]): string {
		const token = this.peek();
		if (token === undefined || !expected.includes(token)) {
			throw new Error(`Expected one of ${expected.join(' ')} at "${this.rest()}".`);
		}
		this.position++;
		return token;
	}

	private peek(): string | undefined {
		return this.tokens[this.position];
	}

	private rest(): string {
		return this.tokens.slice(this.position).join('');
	}
}
