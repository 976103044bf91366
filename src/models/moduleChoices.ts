import { BUILT_IN_MODULES, type Module } from '../domain/catalog';
import type { ModulePaths } from '../domain/modulePaths';

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

/** The modules whose name, ID, or paths contain each word of `filter`. */
export function filterModules<M extends ModuleChoice>(modules: readonly M[], filter: string): readonly M[] {
	const words = filter.toLowerCase().split(/\s+/);
	return modules.filter(({ id, name, paths = [] }) => {
		const text = [name, id, ...paths].join('\n').toLowerCase();
		return words.every((word) => text.includes(word));
	});
}
