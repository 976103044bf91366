export interface Module {
	readonly id: string;
	readonly name: string;
}

/** The catalogue's modules in its order, then those of `permissions` that it has lost, called by their ids. */
export function knownAndLost(modules: readonly Module[], permissions: readonly string[], allModules: string): readonly Module[] {
	const lost = permissions.filter((id) => id !== allModules && !modules.some((module) => module.id === id));
	return [...modules, ...lost.map((id) => ({ id, name: id }))];
}
