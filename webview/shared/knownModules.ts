export interface ModuleOption {
	readonly id: string;
	readonly name: string;
}

/** The catalogue's modules in its order, then those of `permissions` that it has lost, called by their ids. */
export function withUnknownModules(
	modules: readonly ModuleOption[],
	permissions: readonly string[],
	allModules: string,
): readonly ModuleOption[] {
	const unknownIds = permissions.filter((id) => id !== allModules && !modules.some((module) => module.id === id));
	return [...modules, ...unknownIds.map((id) => ({ id, name: id }))];
}
