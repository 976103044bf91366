import { ALL_MODULES } from './catalog';
import { BUILT_IN_MODULE_PATHS, SHARED_PATHS, SHARED_READ_PATH, type ModulePaths } from './modulePaths';

/** Whether a token may make a request, and if not, why. */
export type AccessDecision =
	| { readonly kind: 'allowed' }
	/** The path belongs to modules that the token lacks. */
	| { readonly kind: 'missingModule'; readonly modules: readonly string[] }
	/** No module covers the path, so that only a token with all modules reaches it. */
	| { readonly kind: 'noModule' }
	/** Servers may read the path in more than one way, so that nobody can say to which module it belongs. */
	| { readonly kind: 'ambiguousPath' }
	/** The path could lead out of the base path, where nobody may go. */
	| { readonly kind: 'pathTraversal' };

/**
 * Decides about one request.
 * @param path as it stands in the request, below the base path and without the query: empty, or begins with `/`
 * @param permissions the token's module ids
 */
export type DecideAccess = (method: string, path: string, permissions: readonly string[]) => AccessDecision;

interface AccessRule {
	readonly segments: readonly string[];
	/** Ids of the modules that cover the path, any of which is enough; null when every token reaches it. */
	readonly modules: readonly string[] | null;
}

const ALLOWED: AccessDecision = { kind: 'allowed' };
const NO_MODULE: AccessDecision = { kind: 'noModule' };
const AMBIGUOUS_PATH: AccessDecision = { kind: 'ambiguousPath' };
const PATH_TRAVERSAL: AccessDecision = { kind: 'pathTraversal' };

/**
 * Decides by the longest path that covers a request, segment by segment; a literal segment comes before a placeholder.
 * What is not spelled plainly is refused rather than guessed at: another server may drop a dot, a case or an escape.
 */
export function createAccessRules(modulePaths: ModulePaths): DecideAccess {
	const rules = buildRuleLookup(modulePaths);
	const allowsReadingAccounts = isSharedPath(SHARED_READ_PATH, modulePaths);
	return (method, path, permissions) => {
		if (hasPathTraversal(path)) {
			return PATH_TRAVERSAL;
		}
		if (permissions.includes(ALL_MODULES)) {
			return ALLOWED;
		}
		if (allowsReadingAccounts && method === 'GET' && path === SHARED_READ_PATH) {
			return ALLOWED;
		}
		const segments = parseSegments(path);
		const rule = segments && findLongestMatch(rules, segments);
		if (!rule) {
			return rule === null ? NO_MODULE : AMBIGUOUS_PATH;
		}
		const { modules } = rule;
		return modules?.some((id) => permissions.includes(id)) === false ? { kind: 'missingModule', modules } : ALLOWED;
	};
}

/** The rules by their first segment, in the order in which they are tried. */
type RuleLookup = (first: string | undefined) => readonly AccessRule[];

function buildRuleLookup(modulePaths: ModulePaths): RuleLookup {
	const rulesByPath = new Map<string, AccessRule & { modules: string[] | null }>();
	for (const [id, paths] of Object.entries(modulePaths)) {
		for (const segments of paths.map(splitPath)) {
			const path = segments.join('/');
			const rule = rulesByPath.get(path) ?? { segments, modules: [] };
			rule.modules?.push(id);
			rulesByPath.set(path, rule);
		}
	}
	for (const path of SHARED_PATHS.filter((one) => isSharedPath(one, modulePaths))) {
		rulesByPath.set(path.slice(1), { segments: splitPath(path), modules: null });
	}
	const sortedRules = [...rulesByPath.values()].sort((one, other) =>
		precedenceKey(one.segments) < precedenceKey(other.segments) ? 1 : -1,
	);
	const wildcardRules = sortedRules.filter(({ segments: [first] }) => first === undefined || isPlaceholder(first));
	const firstSegments = new Set(
		sortedRules.flatMap(({ segments: [first] }) => (first === undefined || isPlaceholder(first) ? [] : [caseFold(first)])),
	);
	const rulesByFirstSegment = new Map(
		Array.from(firstSegments, (first) => [
			first,
			sortedRules.filter((rule) => wildcardRules.includes(rule) || caseFold(rule.segments[0]!) === first),
		]),
	);
	return (first) => (first === undefined ? undefined : rulesByFirstSegment.get(caseFold(first))) ?? wildcardRules;
}

/** Sorts after that of every path which is to be tried later: a longer path, then one with a literal where the other has a placeholder. */
function precedenceKey(segments: readonly string[]): string {
	return `${String(segments.length).padStart(4, '0')}${segments.map((one) => (isPlaceholder(one) ? '0' : '1')).join('')}`;
}

/** A module that somebody else describes keeps its paths to itself. */
function isSharedPath(path: string, modulePaths: ModulePaths): boolean {
	return Object.entries(modulePaths).every(([id, paths]) => !paths.includes(path) || (BUILT_IN_MODULE_PATHS[id]?.includes(path) ?? false));
}

/** The first rule that covers the segments; null when none does, undefined when one would with its case or form changed. */
function findLongestMatch(rules: RuleLookup, segments: readonly string[]): AccessRule | null | undefined {
	for (const rule of rules(segments[0])) {
		const match = compareSegments(rule.segments, segments);
		if (match !== 'other') {
			return match === 'same' ? rule : undefined;
		}
	}
	return null;
}

function compareSegments(pattern: readonly string[], segments: readonly string[]): 'same' | 'similar' | 'other' {
	if (segments.length < pattern.length) {
		return 'other';
	}
	let match: 'same' | 'similar' = 'same';
	for (const [index, expected] of pattern.entries()) {
		const segment = segments[index]!;
		if (segment !== expected && !isPlaceholder(expected)) {
			if (caseFold(segment) !== caseFold(expected)) {
				return 'other';
			}
			match = 'similar';
		}
	}
	return match;
}

function splitPath(path: string): readonly string[] {
	return path.split('/').filter(Boolean);
}

function isPlaceholder(segment: string): boolean {
	return segment.startsWith('{') && segment.endsWith('}');
}

/** What servers that ignore case or the form of characters take for the same text. */
function caseFold(text: string): string {
	return isAscii(text) ? text.toLowerCase() : text.normalize('NFKC').toUpperCase().toLowerCase();
}

function isAscii(text: string): boolean {
	return !/[^\0-\x7f]/.test(text);
}

/** Whether some server could find a dot segment in the path, however often it decodes it and whatever it takes for a separator. */
function hasPathTraversal(path: string): boolean {
	if (!path.includes('.') && !path.includes('%')) {
		return false;
	}
	const unescaped = path.replace(/%(?:25)*(2e|2f|5c|3b)/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
	return unescaped.split(/[/\\]/).some((segment) => /^\.{1,2}(?:;|$)/.test(segment));
}

/** The path's segments, decoded once; undefined when servers may read them in more than one way. One slash at the end is left out. */
function parseSegments(path: string): readonly string[] | undefined {
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
		const text = decodeSegment(segment);
		if (text === undefined || isAmbiguousSegment(isAscii(text) ? text : text.normalize('NFKC'))) {
			return undefined;
		}
		decoded.push(text);
	}
	return decoded;
}

/** Undefined when an escape is broken or the bytes are no UTF-8. */
function decodeSegment(segment: string): string | undefined {
	try {
		// A request's bytes beyond ASCII arrive as one character each.
		return decodeURIComponent(segment.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`));
	} catch {
		return undefined;
	}
}

/** Empty, dots or blanks that some servers trim, separators, characters that nobody sees, or what a second decoding would change. */
function isAmbiguousSegment(text: string): boolean {
	return /^$|^\s|[\s.]$|[/\\;\p{Cc}\p{Default_Ignorable_Code_Point}]|%[0-9a-f]{2}/iu.test(text);
}
