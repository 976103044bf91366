import { ALL_MODULES } from './catalog';
import { BUILT_IN_MODULE_PATHS, SHARED_PATHS, SHARED_READ_PATH, type ModulePaths } from './modulePaths';
import { PlainPathRules } from './plainPathRules';
import { getModuleIds, getPermissionLevel, isReadMethod, isReadOnly, type PermissionLevel } from './permissions';
import { caseFold, canLeaveBasePath, readPath } from './requestPath';

/** Whether a token may make a request and, if not, why. */
export type AccessDecision =
	| { readonly kind: 'allowed' }
	/** The path is covered only by modules that the token doesn't have. */
	| { readonly kind: 'missingModule'; readonly modules: readonly string[] }
	/** The token may only read the modules that cover the path, or all modules if none covers it. */
	| { readonly kind: 'readOnly'; readonly modules: readonly string[] }
	/** No module covers the path, so only tokens with access to all modules can use it. */
	| { readonly kind: 'noModule' }
	/** Servers may interpret the path in different ways, so its module can't be determined. */
	| { readonly kind: 'ambiguousPath' }
	/** The path could lead outside the base path. */
	| { readonly kind: 'pathTraversal' };

/**
 * Decides whether a request is allowed.
 * @param path the path in the request, relative to the base path and without the query; it's empty or starts with `/`
 * @param method of the request; anything but GET, HEAD, and OPTIONS requires full access
 * @param permissions of the token
 */
export type DecideAccess = (method: string, path: string, permissions: readonly string[]) => AccessDecision;

/** The modules that cover a path, and everything below it that no other rule covers. */
export interface AccessRule {
	readonly segments: readonly string[];
	/** IDs of the modules that cover the path, any of which is sufficient; null if every token can access it, but read-only ones only read it. */
	readonly modules: readonly string[] | null;
}

/** A map, because a custom module can have the name of a property that every object has. */
const BUILT_IN_PATHS = new Map(Object.entries(BUILT_IN_MODULE_PATHS));
const ALLOWED: AccessDecision = { kind: 'allowed' };
const NO_MODULE: AccessDecision = { kind: 'noModule' };
const READ_ONLY: AccessDecision = { kind: 'readOnly', modules: [ALL_MODULES] };
const AMBIGUOUS_PATH: AccessDecision = { kind: 'ambiguousPath' };
const PATH_TRAVERSAL: AccessDecision = { kind: 'pathTraversal' };

/**
 * Creates access rules in which the longest matching path decides; a literal segment takes precedence over a placeholder.
 * Unusual spellings of a path are denied, because the server may ignore a dot, the case, or an escape in it.
 */
export function createAccessRules(modulePaths: ModulePaths): DecideAccess {
	const rules = createPlainPathRules(modulePaths);
	const allowsReadingAccounts = isSharedReadPath(modulePaths);
	return (method, path, permissions) => {
		if (canLeaveBasePath(path)) {
			return PATH_TRAVERSAL;
		}
		const allModules = decideLevel(getPermissionLevel(permissions, ALL_MODULES), method);
		if (allModules === 'allowed') {
			return ALLOWED;
		}
		if (allowsReadingAccounts && method === 'GET' && path === SHARED_READ_PATH) {
			return ALLOWED;
		}
		const rule = rules.find(path);
		if (!rule) {
			return allModules === 'readOnly' ? READ_ONLY : rule === null ? NO_MODULE : AMBIGUOUS_PATH;
		}
		const { modules } = rule;
		if (modules === null) {
			return isReadMethod(method) || !isReadOnly(permissions) ? ALLOWED : { kind: 'readOnly', modules: getModuleIds(permissions) };
		}
		const decisions = modules.map((id) => decideLevel(getPermissionLevel(permissions, id), method));
		if (decisions.includes('allowed')) {
			return ALLOWED;
		}
		return decisions.includes('readOnly')
			? { kind: 'readOnly', modules: modules.filter((_, index) => decisions[index] === 'readOnly') }
			: { kind: 'missingModule', modules };
	};
}

/**
 * Returns the module that an allowed request uses: `MD-0000` if only access to all modules allows it. Undefined for a path that several modules
 * or all tokens share.
 */
export type FindUsedModule = (method: string, path: string) => string | undefined;

/** Creates a lookup of the module that a request uses. Its paths are those of `DecideAccess`. */
export function createUsedModuleFinder(modulePaths: ModulePaths): FindUsedModule {
	const rules = createPlainPathRules(modulePaths);
	const allowsReadingAccounts = isSharedReadPath(modulePaths);
	return (method, path) => {
		if (allowsReadingAccounts && method === 'GET' && path === SHARED_READ_PATH) {
			return undefined;
		}
		const rule = rules.find(path);
		if (!rule) {
			return ALL_MODULES;
		}
		return rule.modules?.length === 1 ? rule.modules[0] : undefined;
	};
}

function decideLevel(level: PermissionLevel | undefined, method: string): 'allowed' | 'readOnly' | 'denied' {
	if (level === undefined) {
		return 'denied';
	}
	return level === 'full' || isReadMethod(method) ? 'allowed' : 'readOnly';
}

function createPlainPathRules(modulePaths: ModulePaths): PlainPathRules<AccessRule> {
	const sortedRules = buildSortedRules(modulePaths);
	const rules = buildRuleLookup(sortedRules);
	return new PlainPathRules(sortedRules, isPlaceholder, (path) => findRule(rules, path));
}

/** Returns all rules in order of precedence. */
export function buildSortedRules(modulePaths: ModulePaths): readonly AccessRule[] {
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
	return [...rulesByPath.values()].sort((a, b) => (precedenceKey(a.segments) < precedenceKey(b.segments) ? 1 : -1));
}

/** Returns the rules that can cover a path with this first segment, in order of precedence. */
type RuleLookup = (first: string | undefined) => readonly AccessRule[];

function buildRuleLookup(sortedRules: readonly AccessRule[]): RuleLookup {
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
	return (first) => {
		if (first === undefined) {
			return wildcardRules;
		}
		// Other characters may follow a rule's segment.
		return /^[\w-]*$/.test(first) ? (rulesByFirstSegment.get(caseFold(first)) ?? wildcardRules) : sortedRules;
	};
}

/** Returns a string that sorts higher the more specific a path is: longer paths, then literal segments instead of placeholders. */
function precedenceKey(segments: readonly string[]): string {
	return `${String(segments.length).padStart(4, '0')}${segments.map((segment) => (isPlaceholder(segment) ? '0' : '1')).join('')}`;
}

/** Whether every token can read exactly the path `SHARED_READ_PATH`. */
export function isSharedReadPath(modulePaths: ModulePaths): boolean {
	return isSharedPath(SHARED_READ_PATH, modulePaths);
}

/** A path that's covered by a custom module isn't shared. */
function isSharedPath(path: string, modulePaths: ModulePaths): boolean {
	return Object.entries(modulePaths).every(([id, paths]) => !includesPath(paths, path) || includesPath(BUILT_IN_PATHS.get(id) ?? [], path));
}

function includesPath(paths: readonly string[], path: string): boolean {
	return paths.some((candidate) => normalizePath(candidate) === normalizePath(path));
}

/** Returns the path without slashes at its start and end. */
function normalizePath(path: string): string {
	return splitPath(path).join('/');
}

/** Returns the rule that decides about the path; null if none covers it, undefined if that depends on how a server reads the path. */
function findRule(rules: RuleLookup, path: string): AccessRule | null | undefined {
	const readings = readPath(path);
	if (!readings) {
		return undefined;
	}
	const { segments, alternatives, raw } = readings;
	const rule = findLongestMatch(rules, segments);
	if (rule === undefined || alternatives.some((alternative) => !haveSameModules(findLongestMatch(rules, alternative), rule))) {
		return undefined;
	}
	// A server that doesn't decode usually has no route for an encoded path, which is safe.
	const rawRule = raw && findExactMatch(rules, raw);
	return rawRule && !haveSameModules(rawRule, rule) ? undefined : rule;
}

/** Whether the same modules give access to what the rules cover. */
export function haveSameModules(first: AccessRule | null | undefined, second: AccessRule | null | undefined): boolean {
	return first === second || Boolean(first && second && JSON.stringify(first.modules) === JSON.stringify(second.modules));
}

/** Returns the first rule that covers the segments; null if none does, undefined if a rule for other modules covers a similar path. */
function findLongestMatch(rules: RuleLookup, segments: readonly string[]): AccessRule | null | undefined {
	const exactMatch = findExactMatch(rules, segments);
	const candidates = rules(segments[0]);
	for (const rule of candidates) {
		if (rule === exactMatch) {
			break;
		}
		if (coversSimilarPath(rule, segments, candidates) && !haveSameModules(rule, exactMatch)) {
			return undefined;
		}
	}
	return exactMatch;
}

function findExactMatch(rules: RuleLookup, segments: readonly string[]): AccessRule | null {
	return rules(segments[0]).find((rule) => covers(rule, segments)) ?? null;
}

function covers({ segments: pattern }: AccessRule, segments: readonly string[]): boolean {
	return pattern.length <= segments.length && pattern.every((expected, index) => expected === segments[index] || isPlaceholder(expected));
}

/** Whether the rule covers the path for a server that ignores case, Unicode normalization, or what follows a segment's name, such as `.json`. */
function coversSimilarPath({ segments: pattern }: AccessRule, segments: readonly string[], candidates: readonly AccessRule[]): boolean {
	return (
		pattern.length <= segments.length &&
		pattern.every((expected, index) => {
			const segment = segments[index]!;
			if (expected === segment || isPlaceholder(expected)) {
				return true;
			}
			const [foldedExpected, foldedSegment] = [caseFold(expected), caseFold(segment)];
			return (
				foldedSegment.startsWith(foldedExpected) &&
				/^(?:$|[^\w-])/.test(foldedSegment.slice(foldedExpected.length)) &&
				// What follows may also be part of a name, such as in `/v1.2` next to `/v1`.
				!(foldedSegment !== foldedExpected && candidates.some((rule) => rule.segments[index] === segment))
			);
		})
	);
}

function splitPath(path: string): readonly string[] {
	return path.split('/').filter(Boolean);
}

/** Whether a segment of a module's path matches any segment. */
export function isPlaceholder(segment: string): boolean {
	return segment.startsWith('{') && segment.endsWith('}');
}
