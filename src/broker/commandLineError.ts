/** A message for the user of the `connect-tokens` command line, which is in English only: what happened, then what to do. */
export class CommandLineError extends Error {
	override readonly name = 'CommandLineError';
}
