/** A message for the user of the `connect-tokens` command line, which is in English only: what happened, then what to do. */
export class CommandLineError extends Error {
	override readonly name = 'CommandLineError';

	/** Also recognizes errors from another bundle, which has a copy of this class. */
	static override [Symbol.hasInstance](value: unknown): boolean {
		// Subclasses inherit this method.
		return this === CommandLineError
			? value instanceof Error && value.name === 'CommandLineError'
			: Function.prototype[Symbol.hasInstance].call(this, value);
	}
}
