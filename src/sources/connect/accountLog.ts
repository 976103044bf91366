import type { Log, LogLevel } from '../../domain/log';
import { ProblemError } from '../../domain/problems';

/**
 * Wraps a log for the messages about one account, which start with `label`. Problems are logged without their arguments, which can contain
 * names of tokens and text from responses.
 */
export function createAccountLog(log: Log, label: string): Log {
	const at =
		(level: LogLevel) =>
		(message: string, error?: unknown): void =>
			log[level](`${label}: ${message}`, withoutArguments(error));
	return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function withoutArguments(error: unknown): unknown {
	return error instanceof ProblemError
		? new Error(error.problems.map(({ template }) => template.replace(/\{\d+\}/g, '…')).join(' '), { cause: withoutArguments(error.cause) })
		: error;
}
