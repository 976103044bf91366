import { ALL_MODULES, type Catalog } from './catalog';

/** What a token may do with a module: everything, or only requests that read. */
export type PermissionLevel = 'full' | 'read';

/** Access to a module, or to all modules if the ID is `ALL_MODULES`. */
export interface Permission {
	readonly moduleId: string;
	readonly level: PermissionLevel;
}

/** Follows the ID of a module that a token may only read: `MD-0007:read`. */
export const READ_SUFFIX = ':read';

/** The methods that only read (RFC 9110, section 9.2.1), without TRACE, which the gateway doesn't support. */
const READ_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request with this method only reads. */
export function isReadMethod(method: string): boolean {
	return READ_METHODS.has(method);
}

/** Parses an item of a token's permissions. */
export function parsePermission(permission: string): Permission {
	return permission.endsWith(READ_SUFFIX)
		? { moduleId: permission.slice(0, -READ_SUFFIX.length), level: 'read' }
		: { moduleId: permission, level: 'full' };
}

/** Formats access to a module as an item of a token's permissions. */
export function formatPermission({ moduleId, level }: Permission): string {
	return level === 'read' ? `${moduleId}${READ_SUFFIX}` : moduleId;
}

/** Returns the IDs of the modules in a token's permissions, with any level of access. */
export function getModuleIds(permissions: readonly string[]): readonly string[] {
	return permissions.map((permission) => parsePermission(permission).moduleId);
}

/** Returns the access to a module, directly or through all modules; undefined if there's none. */
export function getPermissionLevel(permissions: readonly string[], moduleId: string): PermissionLevel | undefined {
	if (permissions.includes(ALL_MODULES) || permissions.includes(moduleId)) {
		return 'full';
	}
	return permissions.includes(ALL_MODULES + READ_SUFFIX) || permissions.includes(moduleId + READ_SUFFIX) ? 'read' : undefined;
}

/** Whether a token may do nothing but read: it has access to modules, but no full access to any. */
export function isReadOnly(permissions: readonly string[]): boolean {
	return permissions.length > 0 && permissions.every((permission) => parsePermission(permission).level === 'read');
}

/** Removes what other permissions include: repeated ones, individual modules if all are included, and reading if everything is allowed. */
export function normalizePermissions(permissions: readonly string[]): readonly string[] {
	return [...new Set(permissions)]
		.filter((permission) => {
			const { moduleId, level } = parsePermission(permission);
			const others = permissions.filter((other) => other !== permission);
			const covering = getPermissionLevel(others, moduleId);
			return covering === undefined || (level === 'full' && covering === 'read');
		})
		.sort();
}

/** Returns the catalog with the modules of a token that aren't in it anymore, which the token can keep. */
export function includeModules(catalog: Catalog, permissions: readonly string[]): Catalog {
	const unknownIds = getModuleIds(permissions).filter((id) => !catalog.modules.some((module) => module.id === id));
	return { ...catalog, modules: [...catalog.modules, ...unknownIds.map((id) => ({ id, name: id }))] };
}
