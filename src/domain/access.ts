import { ALL_MODULES } from './catalogue';
import { modulePaths as catalogued, sharedPaths, sharedReading, type ModulePaths } from './modulePaths';

/** Whether a token may make a request, and if not, why. */
export type Access =
	| { readonly kind: 'allowed' }
	/** The path belongs to modules that the token lacks. */
	| { readonly kind: 'lacks'; readonly modules: readonly string[] }
	/** No module covers the path, so that only a token with all modules reaches it. */
	| { readonly kind: 'uncovered' }
	/** Servers may read the path in more than one way, so that nobody can say to which module it belongs. */
	| { readonly kind: 'ambiguous' }
	/** The path could lead out of the base path, where nobody may go. */
	| { readonly kind: 'leaving' };

/**
 * Decides about one request.
 * @param path as it stands in the request, below the base path and without the query: empty, or begins with `/`
 * @param permissions the token's module ids
 */
export type Decide = (method: string, path: string, permissions: readonly string[]) => Access;

interface Rule {
	readonly segments: readonly string[];
	/** Ids of the modules that cover the path, any of which is enough; null when every token reaches it. */
	readonly modules: readonly string[] | null;
}

const ALLOWED: Access = { kind: 'allowed' };
const UNCOVERED: Access = { kind: 'uncovered' };
const AMBIGUOUS: Access = { kind: 'ambiguous' };
const LEAVING: Access = { kind: 'leaving' };

/**
 * Decides by the longest path that covers a request, segment by segment; a literal segment comes before a placeholder.
 * What is not spelled plainly is refused rather than guessed at: another server may drop a dot, a case or an escape.
 */
export function accessRules(modulePaths: ModulePaths): Decide {
	const rules = rulesOf(modulePaths);
	const readsAccounts = isShared(sharedReading, modulePaths);
	return (method, path, permissions) => {
		if (couldLeave(path)) {
			return LEAVING;
		}
		if (permissions.includes(ALL_MODULES)) {
			return ALLOWED;
		}
		if (readsAccounts && method === 'GET' && path === sharedReading) {
			return ALLOWED;
		}
		const segments = plainSegments(path);
		const rule = segments && longestMatch(rules, segments);
		if (!rule) {
			return rule === null ? UNCOVERED : AMBIGUOUS;
		}
		const { modules } = rule;
		return modules?.some((id) => permissions.includes(id)) === false ? { kind: 'lacks', modules } : ALLOWED;
	};
}

/** The rules by their first segment, in the order in which they are tried. */
type Rules = (first: string | undefined) => readonly Rule[];

function rulesOf(modulePaths: ModulePaths): Rules {
	const byPath = new Map<string, Rule & { modules: string[] | null }>();
	for (const [id, paths] of Object.entries(modulePaths)) {
		for (const segments of paths.map(segmentsOf)) {
			const path = segments.join('/');
			const rule = byPath.get(path) ?? { segments, modules: [] };
			rule.modules?.push(id);
			byPath.set(path, rule);
		}
	}
	for (const path of sharedPaths.filter((one) => isShared(one, modulePaths))) {
		byPath.set(path.slice(1), { segments: segmentsOf(path), modules: null });
	}
	const ordered = [...byPath.values()].sort((one, other) => (precedence(one.segments) < precedence(other.segments) ? 1 : -1));
	const general = ordered.filter(({ segments: [first] }) => first === undefined || isPlaceholder(first));
	const firsts = new Set(ordered.flatMap(({ segments: [first] }) => (first === undefined || isPlaceholder(first) ? [] : [folded(first)])));
	const byFirst = new Map(
		Array.from(firsts, (first) => [first, ordered.filter((rule) => general.includes(rule) || folded(rule.segments[0]!) === first)]),
	);
	return (first) => (first === undefined ? undefined : byFirst.get(folded(first))) ?? general;
}

/** Sorts after that of every path which is to be tried later: a longer path, then one with a literal where the other has a placeholder. */
function precedence(segments: readonly string[]): string {
	return `${String(segments.length).padStart(4, '0')}${segments.map((one) => (isPlaceholder(one) ? '0' : '1')).join('')}`;
}

/** A module that somebody else describes keeps its paths to itself. */
function isShared(path: string, modulePaths: ModulePaths): boolean {
	return Object.entries(modulePaths).every(([id, paths]) => !paths.includes(path) || (catalogued[id]?.includes(path) ?? false));
}

/** The first rule that covers the segments; null when none does, undefined when one would with its case or form changed. */
function longestMatch(rules: Rules, segments: readonly string[]): Rule | null | undefined {
	for (const rule of rules(segments[0])) {
		const likeness = compare(rule.segments, segments);
		if (likeness !== 'other') {
			return likeness === 'same' ? rule : undefined;
		}
	}
	return null;
}

function compare(wanted: readonly string[], segments: readonly string[]): 'same' | 'similar' | 'other' {
	if (segments.length < wanted.length) {
		return 'other';
	}
	let likeness: 'same' | 'similar' = 'same';
	for (const [index, one] of wanted.entries()) {
		const segment = segments[index]!;
		if (segment !== one && !isPlaceholder(one)) {
			if (folded(segment) !== folded(one)) {
				return 'other';
			}
			likeness = 'similar';
		}
	}
	return likeness;
}

function segmentsOf(path: string): readonly string[] {
	return path.split('/').filter(Boolean);
}

function isPlaceholder(segment: string): boolean {
	return segment.startsWith('{') && segment.endsWith('}');
}

/** What servers that ignore case or the form of characters take for the same text. */
function folded(text: string): string {
	return isAscii(text) ? text.toLowerCase() : text.normalize('NFKC').toUpperCase().toLowerCase();
}

function isAscii(text: string): boolean {
	return !/[^\0-\x7f]/.test(text);
}

/** Whether some server could find a dot segment in the path, however often it decodes it and whatever it takes for a separator. */
function couldLeave(path: string): boolean {
	if (!path.includes('.') && !path.includes('%')) {
		return false;
	}
	const bare = path.replace(/%(?:25)*(2e|2f|5c|3b)/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
	return bare.split(/[/\\]/).some((segment) => /^\.{1,2}(?:;|$)/.test(segment));
}

/** The path's segments, decoded once; undefined when servers may read them in more than one way. One slash at the end is left out. */
function plainSegments(path: string): readonly string[] | undefined {
	const segments = path.replace(/^\/|\/$/g, '').split('/');
	if (segments.length === 1 && segments[0] === '') {
		return path.length > 1 ? undefined : [];
	}
	// Most paths need no decoding, and hold nothing that could be misread.
	if (/^[\w/-]+$/.test(path)) {
		return segments.includes('') ? undefined : segments;
	}
	const decoded: string[] = [];
	for (const segment of segments) {
		const text = decode(segment);
		if (text === undefined || isMisleading(isAscii(text) ? text : text.normalize('NFKC'))) {
			return undefined;
		}
		decoded.push(text);
	}
	return decoded;
}

/** Undefined when an escape is broken or the bytes are no UTF-8. */
function decode(segment: string): string | undefined {
	try {
		// A request's bytes beyond ASCII arrive as one character each.
		return decodeURIComponent(segment.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`));
	} catch {
		return undefined;
	}
}

/** Empty, dots or blanks that some servers trim, separators, characters that nobody sees, or what a second decoding would change. */
function isMisleading(text: string): boolean {
	return /^$|^\s|[\s.]$|[/\\;\p{Cc}\p{Default_Ignorable_Code_Point}]|%[0-9a-f]{2}/iu.test(text);
}
