import { ALL_MODULES } from './catalog';
import { BUILT_IN_MODULE_PATHS, SHARED_PATHS, SHARED_READ_PATH, type ModulePaths } from './modulePaths';

/** Whether a token may make a request and, if not, why. */
export type AccessDecision =
	| { readonly kind: 'allowed' }
	/** The path is covered only by modules that the token doesn't have. */
	| { readonly kind: 'missingModule'; readonly modules: readonly string[] }
	/** No module covers the path, so only tokens with access to all modules can use it. */
	| { readonly kind: 'noModule' }
	/** Servers may interpret the path in different ways, so its module can't be determined. */
	| { readonly kind: 'ambiguousPath' }
	/** The path could lead outside the base path. */
	| { readonly kind: 'pathTraversal' };

/**
 * Decides whether a request is allowed.
 * @param path the path in the request, relative to the base path and without the query; it's empty or starts with `/`
 * @param permissions the token's module IDs
 */
export type DecideAccess = (method: string, path: string, permissions: readonly string[]) => AccessDecision;

interface AccessRule {
	readonly segments: readonly string[];
	/** IDs of the modules that cover the path, any of which is sufficient; null if every token can access it. */
	readonly modules: readonly string[] | null;
}

const ALLOWED: AccessDecision = { kind: 'allowed' };
const NO_MODULE: AccessDecision = { kind: 'noModule' };
const AMBIGUOUS_PATH: AccessDecision = { kind: 'ambiguousPath' };
const PATH_TRAVERSAL: AccessDecision = { kind: 'pathTraversal' };

/**
 * Creates access rules in which the longest matching path decides; a literal segment takes precedence over a placeholder.
 * Unusual spellings of a path are denied, because the server may ignore a dot, the case, or an escape in it.
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

/** Returns the rules for a first segment, in order of precedence. */
type RuleLookup = (first: string | undefined) => readonly AccessRule[];

function buildRuleLookup(modulePaths: ModulePaths): RuleLookup {
	const rulesByPath = new Map<string, AccessRule & { modules: string[] | null }>();
	for (const [id, paths] of Object.entries(modulePaths)) {
		for (const path of paths.map(normalizePath)) {
			const rule = rulesByPath.get(path) ?? { segments: splitPath(path), modules: [] };
			rule.modules?.push(id);
			rulesByPath.set(path, rule);
		}
	}
	for (const path of SHARED_PATHS.filter((sharedPath) => isSharedPath(sharedPath, modulePaths))) {
		rulesByPath.set(normalizePath(path), { segments: splitPath(path), modules: null });
	}
	const sortedRules = [...rulesByPath.values()].sort((a, b) => (precedenceKey(a.segments) < precedenceKey(b.segments) ? 1 : -1));
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

/** Returns a string that sorts higher the more specific a path is: longer paths, then literal segments instead of placeholders. */
function precedenceKey(segments: readonly string[]): string {
	return `${String(segments.length).padStart(4, '0')}${segments.map((segment) => (isPlaceholder(segment) ? '0' : '1')).join('')}`;
}

/** A path that's covered by a custom module isn't shared. */
function isSharedPath(path: string, modulePaths: ModulePaths): boolean {
	return Object.entries(modulePaths).every(
		([id, paths]) => !includesPath(paths, path) || includesPath(BUILT_IN_MODULE_PATHS[id] ?? [], path),
	);
}

function includesPath(paths: readonly string[], path: string): boolean {
	return paths.some((candidate) => normalizePath(candidate) === normalizePath(path));
}

/** Returns the path without slashes at its start and end. */
function normalizePath(path: string): string {
	return splitPath(path).join('/');
}

/** Returns the first rule that covers the segments; null if none does, undefined if one would after case folding or normalization. */
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

/** Returns the same string for texts that a server that ignores case or Unicode normalization can't distinguish. */
function caseFold(text: string): string {
	return isAscii(text) ? text.toLowerCase() : text.normalize('NFKC').toUpperCase().toLowerCase();
}

function isAscii(text: string): boolean {
	return !/[^\0-\x7f]/.test(text);
}

/** Whether a server could find a dot segment in the path, no matter how many times it decodes it and which separators it accepts. */
function hasPathTraversal(path: string): boolean {
	if (!path.includes('.') && !path.includes('%')) {
		return false;
	}
	const unescaped = path.replace(/%(?:25)*(2e|2f|5c|3b)/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
	return unescaped.split(/[/\\]/).some((segment) => /^\.{1,2}(?:;|$)/.test(segment));
}

/** Returns the path's segments, decoded once; undefined if servers may interpret them differently. One trailing slash is ignored. */
function parseSegments(path: string): readonly string[] | undefined {
	const segments = path.replace(/^\/|\/$/g, '').split('/');
	if (segments[0] === '') {
		return path.length > 1 ? undefined : [];
	}
	// Most paths don't need decoding and aren't ambiguous.
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

/** Returns undefined if an escape is invalid or the bytes aren't UTF-8. */
function decodeSegment(segment: string): string | undefined {
	try {
		// Node decodes each non-ASCII byte of a request as one character.
		return decodeURIComponent(segment.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`));
	} catch {
		return undefined;
	}
}

/** Whether a segment is empty, or has dots or spaces that some servers trim, separators, invisible characters, or remaining escapes. */
function isAmbiguousSegment(text: string): boolean {
	return /^$|^\s|[\s.]$|[/\\;\p{Cc}\p{Default_Ignorable_Code_Point}]|%[0-9a-f]{2}/iu.test(text);
}
