/** The command line was called with wrong arguments. */
export class UsageError extends Error {
	override readonly name = 'UsageError';

	/** @param command the command whose help explains it; undefined for the help about all commands */
	constructor(
		message: string,
		readonly command?: string,
	) {
		super(message);
	}
}
