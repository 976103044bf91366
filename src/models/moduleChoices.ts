import { ALL_MODULES, BUILT_IN_MODULES, type Module } from '../domain/catalog';
import type { ModulePaths } from '../domain/modulePaths';
import { getModuleIds, getPermissionLevel, type PermissionLevel } from '../domain/permissions';

/** A module as the pages show it. */
export interface ModuleChoice extends Module {
	/** The paths that the module covers; omitted if they aren't known. */
	readonly paths?: readonly string[];
}

/**
 * Adds the paths that each module covers. The platform's modules are recognized by their ID or, because most of the platform's IDs aren't
 * published, by their name.
 */
export function addModulePaths(modules: readonly Module[], modulePaths: ModulePaths): ModuleChoice[] {
	return modules.map(({ id, name }) => {
		const knownId = Object.hasOwn(modulePaths, id)
			? id
			: BUILT_IN_MODULES.find((module) => module.name.toLowerCase() === name.toLowerCase())?.id;
		const paths = knownId === undefined ? undefined : modulePaths[knownId];
		return { id, name, ...(paths && { paths }) };
	});
}

/** A module, and a token's access to it. */
export interface ModuleAccess extends ModuleChoice {
	/** Undefined if the token has no access. */
	readonly level: PermissionLevel | undefined;
}

/**
 * The catalog's modules with the access that permissions give, followed by modules in the permissions that are no longer in the catalog, with
 * their IDs as names.
 */
export function listModuleAccess(modules: readonly ModuleChoice[], permissions: readonly string[]): readonly ModuleAccess[] {
	const knownIds = new Set([ALL_MODULES, ...modules.map(({ id }) => id)]);
	const unknownIds = [...new Set(getModuleIds(permissions))].filter((id) => !knownIds.has(id));
	return [...modules, ...unknownIds.map((id) => ({ id, name: id }))].map((module) => ({
		...module,
		level: getPermissionLevel(permissions, module.id),
	}));
}

/** The modules whose name, ID, or paths contain each word of `filter`. */
export function filterModules<M extends ModuleChoice>(modules: readonly M[], filter: string): readonly M[] {
	const words = filter.toLowerCase().split(/\s+/);
	return modules.filter(({ id, name, paths = [] }) => {
		const text = [name, id, ...paths].join('\n').toLowerCase();
		return words.every((word) => text.includes(word));
	});
}
