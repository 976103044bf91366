import type { ModuleChoice } from '../../src/models/moduleChoices';

/** The catalog's modules, followed by those in `permissions` that are no longer in the catalog, with their IDs as names. */
export function withUnknownModules(
	modules: readonly ModuleChoice[],
	permissions: readonly string[],
	allModules: string,
): readonly ModuleChoice[] {
	const unknownIds = permissions.filter((id) => id !== allModules && !modules.some((module) => module.id === id));
	return [...modules, ...unknownIds.map((id) => ({ id, name: id }))];
}
