/** A condition of RQL on one field. */
export interface Condition {
	/** `eq ne gt ge lt le like ilike in out` */
	readonly operator: string;
	/** Names joined by dots. */
	readonly field: string;
	/** One value, or several for `in` and `out`; `null` is RQL's `null()`. */
	readonly values: readonly (string | null)[];
}

export type Term = Condition | { readonly operator: 'and' | 'or' | 'not'; readonly terms: readonly Term[] };

/** What the query of a list asks for. */
export interface ListQuery {
	readonly terms: readonly Term[];
	/** Fields to order by, `-` before those that go down. */
	readonly ordering: readonly string[];
	readonly limit: number | undefined;
	readonly offset: number | undefined;
}

const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'like', 'ilike'];
const LISTS = ['in', 'out'];
const LOGIC = ['and', 'or', 'not'] as const;

/** Punctuation, or a value with or without quotes; what stands in quotes is never punctuation. */
const LEXEME = /"[^"]*"|'[^']*'|[(),&|;=]|[^(),&|;="']+/g;

/** What the grammar of the platform's RQL lets stand without quotes. */
const PLAIN = /^[\p{L}\p{N}_\-*+\\][\p{L}\p{N}_.\s\-:+@*\\]*$/u;

/**
 * Reads the query of a list, RQL and plain `name=value` in one.
 * @param query what stands behind the question mark, as it was sent
 * @throws Error when it is neither
 */
export function parseListQuery(query: string): ListQuery {
	const parser = new Parser(decodeURIComponent(query.replaceAll('+', '%2B')));
	const terms = parser.all();
	const numberOf = (name: string) => {
		const value = parser.paging.get(name);
		if (value !== undefined && !/^\d+$/.test(value)) {
			throw new Error(`${name} is not a number: ${value}`);
		}
		return value === undefined ? undefined : Number(value);
	};
	return { terms, ordering: parser.ordering, limit: numberOf('limit'), offset: numberOf('offset') };
}

/** The conditions of the terms, however deep they lie. */
export function conditionsOf(terms: readonly Term[]): Condition[] {
	return terms.flatMap((term) => ('terms' in term ? conditionsOf(term.terms) : [term]));
}

/**
 * The items that meet the terms, in the order asked for. Items that are equal in it keep the order they have.
 * @param onWire an item as the platform writes it: fields are found by their names there
 */
export function select<T>(
	items: readonly T[],
	onWire: (item: T) => unknown,
	{ terms, ordering }: Pick<ListQuery, 'terms' | 'ordering'>,
): T[] {
	if (terms.length === 0 && ordering.length === 0) {
		return [...items];
	}
	const paths = ordering.map((signed) => signed.replace(/^[+-]/, '').split('.'));
	const directions = ordering.map((signed) => (signed.startsWith('-') ? -1 : 1));
	const selected: { item: T; keys: (string | null)[] }[] = [];
	for (const item of items) {
		const written = onWire(item);
		if (terms.every((term) => meets(written, term))) {
			// The platform writes all moments in one zone, so that they are ordered as texts.
			selected.push({ item, keys: paths.map((path) => valuesAt(written, path)[0] ?? null) });
		}
	}
	return selected
		.sort((one, other) => {
			let difference = 0;
			for (let index = 0; difference === 0 && index < directions.length; index++) {
				difference = compare(one.keys[index]!, other.keys[index]!) * directions[index]!;
			}
			return difference;
		})
		.map(({ item }) => item);
}

function meets(item: unknown, term: Term): boolean {
	if ('terms' in term) {
		const { operator, terms } = term;
		return operator === 'or' ? terms.some((one) => meets(item, one)) : terms.every((one) => meets(item, one)) !== (operator === 'not');
	}
	const found = valuesAt(item, term.field.split('.'));
	const values = found.length === 0 ? [null] : found;
	const [wanted = null] = term.values;
	const holds = (test: (difference: number) => boolean) =>
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
			return holds((difference) => difference > 0);
		case 'ge':
			return holds((difference) => difference >= 0);
		case 'lt':
			return holds((difference) => difference < 0);
		case 'le':
			return holds((difference) => difference <= 0);
		default:
			return values.some((value) => value !== null && patternOf(wanted ?? '', term.operator === 'ilike').test(value));
	}
}

/** Texts at a path of names; a list on the way gives those of all its items. */
function valuesAt(item: unknown, path: readonly string[]): (string | null)[] {
	let found = item;
	for (const [depth, name] of path.entries()) {
		if (Array.isArray(found)) {
			return found.flatMap((one) => valuesAt(one, path.slice(depth)));
		}
		found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined;
	}
	return found === undefined ? [] : [found === null || typeof found === 'string' ? found : JSON.stringify(found)];
}

type SortKey = string | number | null;

/** A moment is one whichever zone it is written in. */
function keyOf(value: string | null): SortKey {
	return value !== null && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : value;
}

/** Null comes last, as in the platform's kind of database. */
function compare(one: SortKey, other: SortKey): number {
	if (one === null || other === null) {
		return one === other ? 0 : one === null ? 1 : -1;
	}
	return one < other ? -1 : one > other ? 1 : 0;
}

/** `*` at the beginning or end stands for anything. */
function patternOf(text: string, ignoreCase: boolean): RegExp {
	const [, before, middle = '', after] = /^(\*?)(.*?)(\*?)$/s.exec(text) ?? [];
	const literal = middle.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	return new RegExp(`${before ? '' : '^'}${literal}${after ? '' : '$'}`, ignoreCase ? 'is' : 's');
}

class Parser {
	readonly paging = new Map<string, string>();
	ordering: readonly string[] = [];
	private readonly lexemes: readonly string[];
	private position = 0;

	constructor(query: string) {
		this.lexemes = query.match(LEXEME) ?? [];
		if (this.lexemes.join('') !== query) {
			throw new Error(`There is a quote without its end: ${query}`);
		}
	}

	/** The terms of the whole query. */
	all(): Term[] {
		const terms: Term[] = [];
		while (this.position < this.lexemes.length) {
			if (terms.length > 0 || this.position > 0) {
				this.take('&', ',');
			}
			terms.push(...this.term());
		}
		return terms;
	}

	/** No term for what only pages and orders. */
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
		const logic = LOGIC.find((one) => one === name);
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
			throw new Error(`RQL has no operator "${name}".`);
		}
		const field = this.word();
		this.take(',');
		const values = LISTS.includes(name) ? this.values() : [this.value()];
		this.take(')');
		return [{ operator: name, field, values }];
	}

	/** `(one|other)` or `(one,other)`. */
	private group(): Term {
		this.take('(');
		const terms = this.term();
		const joined = new Set<string>();
		while (this.peek() !== ')') {
			joined.add(this.take('|', ';', '&', ','));
			terms.push(...this.term());
		}
		this.take(')');
		return { operator: joined.has('|') || joined.has(';') ? 'or' : 'and', terms };
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
			throw new Error(`RQL has no operator "${first}".`);
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
		const lexeme = this.word();
		if ((lexeme === 'null' || lexeme === 'empty') && this.peek() === '(') {
			this.take('(');
			this.take(')');
			return lexeme === 'null' ? null : '';
		}
		if (/^["']/.test(lexeme)) {
			return lexeme.slice(1, -1);
		}
		if (!PLAIN.test(lexeme)) {
			throw new Error(`RQL needs quotes around ${lexeme}.`);
		}
		return lexeme;
	}

	/** Up to the bracket that closes. */
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
		const lexeme = this.peek();
		if (lexeme === undefined || /^[(),&|;=]$/.test(lexeme)) {
			throw new Error(`A name or value is missing at "${this.rest()}".`);
		}
		this.position++;
		return lexeme;
	}

	private take(...expected: string[]): string {
		const lexeme = this.peek();
		if (lexeme === undefined || !expected.includes(lexeme)) {
			throw new Error(`One of ${expected.join(' ')} is missing at "${this.rest()}".`);
		}
		this.position++;
		return lexeme;
	}

	private peek(): string | undefined {
		return this.lexemes[this.position];
	}

	private rest(): string {
		return this.lexemes.slice(this.position).join('');
	}
}
