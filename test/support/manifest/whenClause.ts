/** Values of context keys. Keys that aren't set are undefined. */
export type ContextValues = Readonly<Record<string, unknown>>;

type Condition = (context: ContextValues) => boolean;

/** In this order: a longer operator before its prefix. A regular expression may contain a slash only if it's escaped. */
const TOKEN_PATTERN =
	/\s*(?:(?<regex>\/(?:[^/\\]|\\.)+\/[a-z]*)|(?<quoted>'[^']*')|(?<operator>&&|\|\||===?|!==?|=~|<=|>=|[()!<>])|(?<word>[\w.:-]+))/y;

const KEYWORDS = ['in', 'not'];

/**
 * Evaluates a `when` clause of the manifest as VS Code does: `!` binds tighter than comparisons with `==`, `!=`, `=~`, `<`, `<=`, `>`,
 * `>=`, `in`, and `not in`, then `&&`, then `||`. An undefined clause is always true.
 * @throws Error if the clause has another syntax
 */
export function evaluateWhen(clause: string | undefined, context: ContextValues): boolean {
	return clause === undefined || new WhenParser(clause).parse()(context);
}

class WhenParser {
	readonly #tokens: string[];
	#position = 0;

	constructor(private readonly clause: string) {
		this.#tokens = this.#tokenize();
	}

	parse(): Condition {
		const condition = this.#parseAlternatives();
		return this.#position === this.#tokens.length ? condition : this.#fail();
	}

	#tokenize(): string[] {
		const pattern = new RegExp(TOKEN_PATTERN);
		const tokens: string[] = [];
		const text = this.clause.trimEnd();
		while (pattern.lastIndex < text.length) {
			const [match] = pattern.exec(text) ?? this.#fail();
			tokens.push(match.trimStart());
		}
		return tokens;
	}

	#parseAlternatives(): Condition {
		const conditions = [this.#parseConjunction()];
		while (this.#skip('||')) {
			conditions.push(this.#parseConjunction());
		}
		return (context) => conditions.some((condition) => condition(context));
	}

	#parseConjunction(): Condition {
		const conditions = [this.#parseCondition()];
		while (this.#skip('&&')) {
			conditions.push(this.#parseCondition());
		}
		return (context) => conditions.every((condition) => condition(context));
	}

	#parseCondition(): Condition {
		if (this.#skip('!')) {
			const condition = this.#parsePrimary();
			return (context) => !condition(context);
		}
		return this.#parsePrimary();
	}

	#parsePrimary(): Condition {
		if (this.#skip('(')) {
			const condition = this.#parseAlternatives();
			return this.#skip(')') ? condition : this.#fail();
		}
		const key = this.#readWord();
		if (key === 'true' || key === 'false') {
			return () => key === 'true';
		}
		return this.#parseComparison(key);
	}

	#parseComparison(key: string): Condition {
		if (this.#skip('==') || this.#skip('===')) {
			const value = this.#readValue();
			return (context) => isEqual(context[key], value);
		}
		if (this.#skip('!=') || this.#skip('!==')) {
			const value = this.#readValue();
			return (context) => !isEqual(context[key], value);
		}
		if (this.#skip('=~')) {
			const regex = this.#readRegex();
			return (context) => typeof context[key] === 'string' && regex.test(context[key]);
		}
		for (const [operator, compare] of Object.entries(NUMBER_COMPARISONS)) {
			if (this.#skip(operator)) {
				const value = this.#readNumber();
				return (context) => compare(Number(context[key]), value);
			}
		}
		if (this.#skip('not')) {
			const isIn = this.#skip('in') ? this.#parseIn(key) : this.#fail();
			return (context) => !isIn(context);
		}
		if (this.#skip('in')) {
			return this.#parseIn(key);
		}
		return (context) => Boolean(context[key]);
	}

	/** The value of the second key is an array, or an object with the items as its properties. */
	#parseIn(key: string): Condition {
		const collectionKey = this.#readWord();
		return (context) => {
			const [item, collection] = [context[key], context[collectionKey]];
			return Array.isArray(collection)
				? collection.includes(item)
				: typeof collection === 'object' && collection !== null && typeof item === 'string' && Object.hasOwn(collection, item);
		};
	}

	#skip(token: string): boolean {
		const isNext = this.#tokens[this.#position] === token;
		this.#position += Number(isNext);
		return isNext;
	}

	#readWord(): string {
		const token = this.#tokens[this.#position++];
		return token !== undefined && /^[\w.:-]+$/.test(token) && !KEYWORDS.includes(token) ? token : this.#fail();
	}

	#readValue(): string {
		const token = this.#tokens[this.#position];
		if (token?.startsWith("'")) {
			this.#position++;
			return token.slice(1, -1);
		}
		return this.#readWord();
	}

	#readNumber(): number {
		const value = Number(this.#readWord());
		return Number.isNaN(value) ? this.#fail() : value;
	}

	#readRegex(): RegExp {
		const [, source, flags] = /^\/(.+)\/([a-z]*)$/.exec(this.#tokens[this.#position++] ?? '') ?? this.#fail();
		// With these flags, the result would depend on the previous test.
		return /[gy]/.test(flags!) ? this.#fail() : new RegExp(source!, flags);
	}

	#fail(): never {
		throw new Error(`This \`when\` clause can't be evaluated: ${this.clause}`);
	}
}

const NUMBER_COMPARISONS: Record<string, (left: number, right: number) => boolean> = {
	'<=': (left, right) => left <= right,
	'>=': (left, right) => left >= right,
	'<': (left, right) => left < right,
	'>': (left, right) => left > right,
};

/** Values in clauses are texts. `true` and `false` are compared with Booleans. */
function isEqual(actual: unknown, expected: string): boolean {
	if (typeof actual === 'boolean') {
		return String(actual) === expected;
	}
	return (typeof actual === 'string' || typeof actual === 'number') && String(actual) === expected;
}
