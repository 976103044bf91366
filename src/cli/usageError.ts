/** The command line was called with wrong arguments. */
export class UsageError extends Error {
	override readonly name = 'UsageError';

	/** Also recognizes errors from another bundle, which has a copy of this class. */
	static override [Symbol.hasInstance](value: unknown): boolean {
		// Subclasses inherit this method.
		return this === UsageError
			? value instanceof Error && value.name === 'UsageError'
			: Function.prototype[Symbol.hasInstance].call(this, value);
	}

	/** @param command the command whose help explains it; undefined for the help about all commands */
	constructor(
		message: string,
		readonly command?: string,
	) {
		super(message);
	}
}
