import { CommandLineError } from '../broker/commandLineError';

/** A program that can't be started, with the exit code that a shell has for it. */
export class StartError extends CommandLineError {
	constructor(
		message: string,
		readonly exitCode: number,
		options: ErrorOptions,
	) {
		super(message, options);
	}
}
