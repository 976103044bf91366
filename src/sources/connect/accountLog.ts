import { mapLevels, type Log } from '../../domain/log';
import { ProblemError } from '../../domain/problems';

/**
 * Wraps a log for the messages about one account, which start with `label`. Problems are logged without their arguments, which can contain
 * names of tokens and text from responses.
 */
export function createAccountLog(log: Log, label: string): Log {
	return mapLevels((level, message, error) => log[level](`${label}: ${message}`, withoutArguments(error)));
}

function withoutArguments(error: unknown): unknown {
	return error instanceof ProblemError
		? new Error(error.problems.map(({ template }) => template.replace(/\{\d+\}/g, '…')).join(' '), { cause: withoutArguments(error.cause) })
		: error;
}
