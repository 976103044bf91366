export interface ModuleOption {
	readonly id: string;
	readonly name: string;
}

/** The catalog's modules, followed by those in `permissions` that are no longer in the catalog, with their IDs as names. */
export function withUnknownModules(
	modules: readonly ModuleOption[],
	permissions: readonly string[],
	allModules: string,
): readonly ModuleOption[] {
	const unknownIds = permissions.filter((id) => id !== allModules && !modules.some((module) => module.id === id));
	return [...modules, ...unknownIds.map((id) => ({ id, name: id }))];
}
