import { ALL_MODULES } from './catalog';
import type { UsedModule } from './moduleUsage';
import { formatPermission, getPermissionLevel, normalizePermissions, parsePermission, type Permission } from './permissions';
import { DAY_MS } from './token';
import { toUtcDate, type DailyUsage } from './tokenUsage';

/** A change that makes a token weaker without denying any of the requests that were counted. */
export type PermissionChange =
	/** Remove a module that wasn't used. */
	| { readonly kind: 'remove'; readonly moduleId: string }
	/** Make a module read-only that was only read. For `MD-0000`, the modules that were written to stay. */
	| { readonly kind: 'readOnly'; readonly moduleId: string }
	/** Replace access to all modules with access to those that were used. */
	| { readonly kind: 'onlyUsed' };

/** The changes to a token's permissions, in the order of its modules. */
export type ReductionProposal =
	/** With the modules that the token uses and still may use. */
	| { readonly kind: 'changes'; readonly changes: readonly PermissionChange[]; readonly used: readonly UsedModule[] }
	/** Nothing was counted, so that there's nothing to conclude from it. */
	| { readonly kind: 'nothingUsed' }
	/** The token uses everything that it may do. */
	| { readonly kind: 'nothingToReduce' };

/**
 * Proposes how to reduce a token's permissions to what it used.
 * @param used how it used modules
 * @param isKnown whether a token can be granted a module; one of the past may not exist anymore
 */
export function proposeReduction(
	permissions: readonly string[],
	used: readonly UsedModule[],
	isKnown: (moduleId: string) => boolean,
): ReductionProposal {
	const relevant = findRelevant(permissions, used, isKnown);
	if (relevant.length === 0) {
		return { kind: 'nothingUsed' };
	}
	const changes = listChanges(permissions, relevant);
	return changes.length > 0 ? { kind: 'changes', changes, used: relevant } : { kind: 'nothingToReduce' };
}

/** Returns the permissions after some of the proposed changes. */
export function applyReduction(
	permissions: readonly string[],
	used: readonly UsedModule[],
	isKnown: (moduleId: string) => boolean,
	changes: readonly PermissionChange[],
): readonly string[] {
	const relevant = findRelevant(permissions, used, isKnown);
	const removed = new Set(changes.flatMap((change) => (change.kind === 'remove' ? [change.moduleId] : [])));
	const readOnly = new Set(changes.flatMap((change) => (change.kind === 'readOnly' ? [change.moduleId] : [])));
	const kept = changes.some(({ kind }) => kind === 'onlyUsed')
		? relevant.map(({ moduleId }): Permission => ({ moduleId, level: getPermissionLevel(permissions, moduleId)! }))
		: permissions.map(parsePermission).filter(({ moduleId }) => !removed.has(moduleId));
	const written = readOnly.has(ALL_MODULES)
		? relevant.filter(
				({ moduleId, write }) => moduleId !== ALL_MODULES && write > 0 && getPermissionLevel(permissions, moduleId) === 'full',
			)
		: [];
	return normalizePermissions([
		...kept.map(({ moduleId, level }) => formatPermission({ moduleId, level: readOnly.has(moduleId) ? 'read' : level })),
		...written.map(({ moduleId }) => moduleId),
	]);
}

/** The used modules that the token may still use. */
function findRelevant(
	permissions: readonly string[],
	used: readonly UsedModule[],
	isKnown: (moduleId: string) => boolean,
): readonly UsedModule[] {
	const own = new Set(permissions.map((permission) => parsePermission(permission).moduleId));
	return used.filter(({ moduleId }) => getPermissionLevel(permissions, moduleId) !== undefined && (own.has(moduleId) || isKnown(moduleId)));
}

function listChanges(permissions: readonly string[], used: readonly UsedModule[]): readonly PermissionChange[] {
	const find = (moduleId: string) => used.find((module) => module.moduleId === moduleId);
	const hasAllModules = getPermissionLevel(permissions, ALL_MODULES) !== undefined;
	if (hasAllModules && !find(ALL_MODULES)) {
		return [{ kind: 'onlyUsed' }, ...used.flatMap(({ moduleId, write }) => toReadOnly(permissions, moduleId, write))];
	}
	return permissions.flatMap((permission): readonly PermissionChange[] => {
		const { moduleId } = parsePermission(permission);
		const module = find(moduleId);
		// With access to all modules, a module has its own permission only to be written to.
		return module || hasAllModules ? toReadOnly(permissions, moduleId, module?.write ?? 0) : [{ kind: 'remove', moduleId }];
	});
}

function toReadOnly(permissions: readonly string[], moduleId: string, writeCount: number): readonly PermissionChange[] {
	return writeCount === 0 && getPermissionLevel(permissions, moduleId) === 'full' ? [{ kind: 'readOnly', moduleId }] : [];
}

/** How long denials after a reduction are a reason to warn, in days. */
export const WATCHED_DAYS = 7;

/** A reduction of a token's permissions. */
export interface AppliedReduction {
	/** ISO 8601 UTC. */
	readonly at: string;
	readonly previous: readonly string[];
	readonly reduced: readonly string[];
	/** Number of 403 responses before it on the same day. */
	readonly deniedBefore: number;
}

/** Whether denials now are a reason to warn. A reduction in the future was made while the clock was wrong. */
export function isWatched({ at }: AppliedReduction, now: Date): boolean {
	const age = now.getTime() - Date.parse(at);
	return age >= 0 && age < WATCHED_DAYS * DAY_MS;
}

/** Returns the number of 403 responses on the day of `instant`. */
export function countDeniedOn(instant: Date, days: readonly DailyUsage[]): number {
	return days.find(({ date }) => date === toUtcDate(instant))?.statuses['403'] ?? 0;
}

/** Returns the number of 403 responses since a reduction. They include those of the API itself. */
export function countDeniedSince({ at, deniedBefore }: AppliedReduction, days: readonly DailyUsage[]): number {
	const firstDate = toUtcDate(new Date(at));
	const denied = days.reduce((sum, { date, statuses }) => (date >= firstDate ? sum + (statuses['403'] ?? 0) : sum), 0);
	return Math.max(0, denied - deniedBefore);
}
