import { caseFold } from './requestPath';

/** Only paths of these characters are looked up: they have no escapes, and every server divides them in the same way. */
const PLAIN_PATH = /^[\w/-]+$/;

/** Beyond this many nodes, which only a setting with many placeholders can need, paths are searched one by one. */
const MAX_NODES = 10_000;

const SLASH = 0x2f;

/** Whether a segment of a rule matches any segment. */
export type IsPlaceholder = (segment: string) => boolean;

/** The paths that match the same rules so far. */
interface Node<Rule> {
	/** Rules that a path can still match, if only by ignoring case. */
	readonly rules: readonly Rule[];
	/** Whether no rule has more segments, so that the rest of the path doesn't matter. */
	readonly isLeaf: boolean;
	/** The next segments that rules name, and what they lead to, if that's known. */
	readonly literals: Map<string, Node<Rule> | undefined>;
	readonly foldedLiterals: ReadonlySet<string>;
	/** What any other segment leads to. */
	other: Node<Rule> | undefined;
	/** The result for a path that ends here; `UNKNOWN` until one was searched. */
	result: Rule | null | undefined | typeof UNKNOWN;
}

const UNKNOWN = Symbol('unknown');

/**
 * Remembers which rule applies to plain paths. It depends only on which of a path's segments are those that rules name, so that it's searched
 * once for all paths that have the same ones. A segment with another case is one of few, and is left to the search.
 */
export class PlainPathRules<Rule extends { readonly segments: readonly string[] }> {
	readonly #root: Node<Rule>;
	#nodeCount = 0;

	/** @param search finds the rule for any path; null if none covers it, undefined if the path is ambiguous */
	constructor(
		rules: readonly Rule[],
		private readonly isPlaceholder: IsPlaceholder,
		private readonly search: (path: string) => Rule | null | undefined,
	) {
		this.#root = this.#createNode(rules, 0);
	}

	/** Returns what `search` returns for the path, in a fraction of its time. */
	find(path: string): Rule | null | undefined {
		if (path.charCodeAt(0) !== SLASH || path.includes('//') || !PLAIN_PATH.test(path)) {
			return this.search(path);
		}
		const end = path.length > 1 && path.endsWith('/') ? path.length - 1 : path.length;
		let node = this.#root;
		for (let start = 1, depth = 1; start < end && !node.isLeaf; depth++) {
			const slash = path.indexOf('/', start);
			const segmentEnd = slash < 0 ? end : slash;
			const next = this.#follow(node, path.slice(start, segmentEnd), depth);
			if (next === undefined) {
				return this.search(path);
			}
			node = next;
			start = segmentEnd + 1;
		}
		return node.result === UNKNOWN ? (node.result = this.search(path)) : node.result;
	}

	/** Returns undefined if the path has to be searched. */
	#follow(node: Node<Rule>, segment: string, depth: number): Node<Rule> | undefined {
		const known = node.literals.get(segment);
		if (known !== undefined) {
			return known;
		}
		const isLiteral = node.literals.has(segment);
		const folded = caseFold(segment);
		if (!isLiteral) {
			if (node.foldedLiterals.has(folded)) {
				return undefined;
			}
			if (node.other !== undefined) {
				return node.other;
			}
		}
		if (this.#nodeCount >= MAX_NODES) {
			return undefined;
		}
		const next = this.#createNode(
			node.rules.filter(({ segments }) => {
				const expected = segments[depth - 1];
				return expected !== undefined && (this.isPlaceholder(expected) || caseFold(expected) === folded);
			}),
			depth,
		);
		if (isLiteral) {
			node.literals.set(segment, next);
		} else {
			node.other = next;
		}
		return next;
	}

	/** @param depth number of segments of the paths that lead to the node */
	#createNode(rules: readonly Rule[], depth: number): Node<Rule> {
		this.#nodeCount++;
		const literals = rules.flatMap(({ segments }) => segments[depth] ?? []).filter((segment) => !this.isPlaceholder(segment));
		return {
			rules,
			isLeaf: rules.every(({ segments }) => segments.length <= depth),
			literals: new Map(literals.map((segment) => [segment, undefined])),
			foldedLiterals: new Set(literals.map(caseFold)),
			other: undefined,
			result: UNKNOWN,
		};
	}
}
