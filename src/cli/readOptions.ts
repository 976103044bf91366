import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './usageError';

/**
 * Reads the options and the operands of a command.
 * @throws UsageError that names what's wrong
 */
export function readOptions<T extends NonNullable<ParseArgsConfig['options']>>(command: string, args: readonly string[], options: T) {
	try {
		return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
	} catch (error) {
		if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')) {
			// Node.js adds a hint about its own syntax after the first sentence.
			throw new UsageError(`${error.message.split('. ')[0]!.replace(/\.$/, '')}.`, command);
		}
		throw error;
	}
}

/**
 * Returns the only operand, if there's one.
 * @throws UsageError if there are several
 */
export function readOperand(command: string, operands: readonly string[]): string | undefined {
	if (operands.length > 1) {
		throw new UsageError(`Too many arguments: ${operands.slice(1).join(' ')}.`, command);
	}
	return operands[0];
}
