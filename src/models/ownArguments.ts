const ownArguments = new WeakSet();

/**
 * Marks an argument of a command as created by this extension, for its own lenses and pages. VS Code passes it to the command as the
 * same object. Nobody else can mark one: a copy, such as one from a settings file, isn't marked.
 */
export function markOwn<T extends object>(argument: T): T {
	ownArguments.add(argument);
	return Object.freeze(argument);
}

/** Whether an argument comes from one of this extension's own lenses or pages. */
export function isOwnArgument(argument: unknown): boolean {
	return typeof argument === 'object' && argument !== null && ownArguments.has(argument);
}
