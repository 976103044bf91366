import { buildSortedRules, haveSameModules, isPlaceholder, isSharedReadPath, type AccessRule } from '../../domain/accessRules';
import { SHARED_READ_PATH, type ModulePaths } from '../../domain/modulePaths';
import { caseFold } from '../../domain/requestPath';
import { hashContent } from './contentHash';

/**
 * Which requests need the same permissions: those on paths of the same modules (an ID derived from theirs), on shared paths, on paths that no
 * module covers, and on paths that servers could read in different ways. A request of a token with all modules is `full` on any path.
 */
export type AccessClass = string;
export const SHARED_CLASS: AccessClass = 'shared';
export const UNCOVERED_CLASS: AccessClass = 'none';
export const AMBIGUOUS_CLASS: AccessClass = 'ambiguous';
export const FULL_CLASS: AccessClass = 'full';

/** The access rules as a table of transitions, one for each segment of a path. */
export interface AccessTree {
	/** ID of the whole tree, and of the node where a path starts. Two trees with the same ID are equal. */
	readonly root: string;
	/**
	 * Transitions by key. The value is the next node, or `=` and the class of everything below. The key is one of these and the node, of which
	 * the first decides:
	 * - A segment and `/`. `;` and an empty one are the end of the path.
	 * - The start of the segment, in lower case, up to the first character that isn't a letter, digit, underscore, or hyphen, and `~`. For
	 *   segments that a server could confuse with another one.
	 * - `*` for all other segments.
	 *
	 * A path, `/;!`, and the root's ID has the value `full` if all tokens can read exactly this path.
	 */
	readonly transitions: ReadonlyMap<string, string>;
	/** IDs of the modules of each class that belongs to some, any of which is sufficient. */
	readonly classes: ReadonlyMap<AccessClass, readonly string[]>;
	/** How many segments decide at most; at least 1. */
	readonly depth: number;
}

/** A rule that the segments so far match. */
interface Match {
	readonly rule: AccessRule;
	/** Index of the rule in the order of precedence. */
	readonly index: number;
	/** Whether they match for every server; otherwise only for one that ignores case, or what follows a segment's name. */
	readonly isExact: boolean;
}

/** Only settings with many placeholders can need more nodes. */
const MAX_NODES = 20_000;

/** Names that are read in the same way by all servers. */
const PLAIN_NAME = /^[\w-]+$/;

/**
 * Compiles access rules into a tree. It decides like `createAccessRules` about paths that consist of letters, digits, and ``_~!$&'()*+,=:@.-``,
 * without empty segments and dots at the end of a segment; about names in rules that have other characters than letters, digits, underscores,
 * and hyphens, it can be stricter. Escapes of these characters, other than letters, digits, and `_~.-`, may remain in the path.
 * @throws Error if the rules need too many nodes
 */
export function compileAccessTree(modulePaths: ModulePaths): AccessTree {
	return new AccessTreeCompiler(modulePaths).compile();
}

class AccessTreeCompiler {
	readonly #rules: readonly AccessRule[];
	readonly #allowsReadingAccounts: boolean;
	readonly #classes = new Map<AccessClass, readonly string[]>();
	readonly #transitions = new Map<string, string>();
	/** Nodes by what leads to the same ones. */
	readonly #nodes = new Map<string, string>();

	constructor(modulePaths: ModulePaths) {
		this.#rules = buildSortedRules(modulePaths);
		this.#allowsReadingAccounts = isSharedReadPath(modulePaths);
	}

	compile(): AccessTree {
		const matches = this.#rules.map((rule, index) => ({ rule, index, isExact: true }));
		const edges = this.#createEdges(matches, 0);
		const root = hashContent([edges, this.#allowsReadingAccounts]);
		this.#addEdges(root, edges);
		if (this.#allowsReadingAccounts) {
			this.#transitions.set(`${SHARED_READ_PATH}/;!${root}`, 'full');
		}
		return {
			root,
			transitions: this.#transitions,
			classes: this.#classes,
			depth: Math.max(1, ...this.#rules.map(({ segments }) => segments.length)),
		};
	}

	/** Returns the value of a transition to these matches. */
	#compileNode(matches: readonly Match[], depth: number): string {
		const key = JSON.stringify([depth, matches.map(({ index, isExact }) => [index, isExact])]);
		let node = this.#nodes.get(key);
		if (node === undefined) {
			node = matches.some(({ rule }) => rule.segments.length > depth)
				? this.#addNode(this.#createEdges(matches, depth))
				: `=${this.#findClass(matches, depth)}`;
			if (this.#nodes.size >= MAX_NODES) {
				throw new Error('The modules have too many paths with placeholders.');
			}
			this.#nodes.set(key, node);
		}
		return node;
	}

	#createEdges(matches: readonly Match[], depth: number): readonly (readonly [string, string])[] {
		const names = new Set(matches.flatMap(({ rule }) => rule.segments[depth] ?? []).filter((name) => !isPlaceholder(name)));
		const end = `=${this.#findClass(matches, depth)}`;
		const edges = new Map([
			['/', end],
			[';/', end],
		]);
		for (const name of names) {
			if (isSendable(name)) {
				edges.set(`${name}/`, this.#compileNode(followName(matches, depth, name), depth + 1));
			}
			if (isSendable(caseFold(name).replaceAll('%', ''))) {
				const start = getStart(name);
				const others = [...names].filter((other) => getStart(other) === start);
				edges.set(
					`${start}~`,
					others.every((other) => PLAIN_NAME.test(caseFold(other)))
						? this.#compileNode(followSimilar(matches, depth, start), depth + 1)
						: `=${AMBIGUOUS_CLASS}`,
				);
			}
		}
		edges.set('*', this.#compileNode(followOther(matches, depth), depth + 1));
		return [...edges].sort(([first], [second]) => (first < second ? -1 : 1));
	}

	#addNode(edges: readonly (readonly [string, string])[]): string {
		const node = hashContent(edges);
		this.#addEdges(node, edges);
		return node;
	}

	#addEdges(node: string, edges: readonly (readonly [string, string])[]): void {
		for (const [name, next] of edges) {
			this.#transitions.set(name + node, next);
		}
	}

	/** Returns the class of a path that ends after these matches, in the same way as `createAccessRules`. */
	#findClass(matches: readonly Match[], depth: number): AccessClass {
		const covering = matches.filter(({ rule }) => rule.segments.length <= depth);
		const exact = covering.find(({ isExact }) => isExact);
		const similar = covering.slice(0, exact ? covering.indexOf(exact) : undefined);
		if (similar.some(({ rule }) => !haveSameModules(rule, exact?.rule))) {
			return AMBIGUOUS_CLASS;
		}
		return exact ? this.#toClass(exact.rule) : UNCOVERED_CLASS;
	}

	#toClass({ modules }: AccessRule): AccessClass {
		if (modules === null) {
			return SHARED_CLASS;
		}
		const sorted = [...modules].sort();
		const id = hashContent(sorted);
		this.#classes.set(id, sorted);
		return id;
	}
}

/** Keeps the rules that match a path with this name, which is that of a rule, as its next segment. */
function followName(matches: readonly Match[], depth: number, name: string): readonly Match[] {
	return matches.flatMap((match): Match | readonly Match[] => {
		const expected = match.rule.segments[depth];
		if (expected === undefined || isPlaceholder(expected) || expected === name) {
			return match;
		}
		// Of another name that this one starts with, this one isn't a spelling, because a rule has it.
		return caseFold(expected) === caseFold(name) ? { ...match, isExact: false } : [];
	});
}

/** Keeps the rules that match a path with a segment that no rule has, but that starts like names of rules. */
function followSimilar(matches: readonly Match[], depth: number, start: string): readonly Match[] {
	return matches.flatMap((match): Match | readonly Match[] => {
		const expected = match.rule.segments[depth];
		if (expected === undefined || isPlaceholder(expected)) {
			return match;
		}
		return caseFold(expected) === start ? { ...match, isExact: false } : [];
	});
}

function followOther(matches: readonly Match[], depth: number): readonly Match[] {
	return matches.filter(({ rule }) => {
		const expected = rule.segments[depth];
		return expected === undefined || isPlaceholder(expected);
	});
}

/** Returns the start of a name up to the first character that isn't a letter, digit, underscore, or hyphen, in lower case. */
function getStart(name: string): string {
	const folded = caseFold(name);
	return folded.slice(0, /[^\w-]/.exec(folded)?.index);
}

/** Whether a path can have a segment with these characters. Escapes aren't decoded, so a name with one never matches exactly. */
function isSendable(text: string): boolean {
	return /^[\w~!$&'()*+,=:@.-]*$/.test(text);
}
