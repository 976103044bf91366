import { ALL_MODULES } from '../domain/catalog';
import { formatPermission, getPermissionLevel, normalizePermissions, parsePermission, type PermissionLevel } from '../domain/permissions';

/** Returns the access to all modules, including those that are added later; undefined if there's none. */
export function getAllModulesLevel(permissions: readonly string[]): PermissionLevel | undefined {
	return getPermissionLevel(permissions, ALL_MODULES);
}

/** Sets the access to all modules, including those that are added later. Without a level, no module remains. */
export function withAllModules(level: PermissionLevel | undefined): readonly string[] {
	return level === undefined ? [] : [formatPermission({ moduleId: ALL_MODULES, level })];
}

/** Sets the access to everything that permissions give access to. */
export function withLevelForAll(permissions: readonly string[], level: PermissionLevel): readonly string[] {
	return normalizePermissions(permissions.map((permission) => formatPermission({ ...parsePermission(permission), level })));
}

/**
 * Sets the access to one module; without a level, there's none. Access to all modules is kept if that's possible, and otherwise becomes access
 * to each of `moduleIds`.
 */
export function withModuleLevel(
	permissions: readonly string[],
	moduleId: string,
	level: PermissionLevel | undefined,
	moduleIds: readonly string[],
): readonly string[] {
	const allLevel = getAllModulesLevel(permissions);
	const isBelowAll = level === undefined || (level === 'read' && allLevel === 'full');
	const individual =
		allLevel !== undefined && isBelowAll
			? moduleIds.map((id) => formatPermission({ moduleId: id, level: getPermissionLevel(permissions, id)! }))
			: permissions;
	const others = individual.filter((permission) => parsePermission(permission).moduleId !== moduleId);
	return normalizePermissions([...others, ...(level === undefined ? [] : [formatPermission({ moduleId, level })])]);
}
