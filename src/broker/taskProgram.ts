import * as v from 'valibot';
import { problem } from '../domain/problems';
import { findReferences, replaceReferences, type GetKey } from './referencedKeys';
import type { ConnectReference } from '../domain/connectReference';

/** The program of a task of the type `connectTokens`. */
export interface TaskProgram {
	readonly command: string;
	readonly args: readonly string[];
	/** Path of the working directory; undefined for that of the workspace. */
	readonly cwd?: string | undefined;
	readonly env: Readonly<Record<string, string>>;
}

const definitionSchema = v.looseObject({
	command: v.pipe(v.string(), v.nonEmpty()),
	args: v.optional(v.array(v.string()), []),
	options: v.optional(v.looseObject({ cwd: v.optional(v.string()), env: v.optional(v.record(v.string(), v.string()), {}) }), { env: {} }),
});

/**
 * Parses the definition of a task in `tasks.json`.
 * @throws ProblemError if it isn't valid
 */
export function parseTaskProgram(definition: unknown): TaskProgram {
	const { success, output } = v.safeParse(definitionSchema, definition);
	if (!success) {
		throw problem(
			'A task of the type connectTokens needs "command", and can have "args", and "options" with "cwd" and "env". All values are texts. Correct the task in tasks.json.',
		);
	}
	const { command, args, options } = output;
	return { command, args, ...options };
}

/**
 * Returns the references to keys in the environment of a program.
 * @throws ProblemError if one is mistyped
 */
export function findTaskReferences({ env }: TaskProgram): readonly ConnectReference[] {
	return Object.values(env).flatMap(findReferences);
}

/** Returns the environment of a program with keys in place of the references. */
export function replaceTaskReferences({ env }: TaskProgram, getKey: GetKey): Record<string, string> {
	return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, replaceReferences(value, getKey)]));
}

/** Explains why a program couldn't be started. */
export function explainStartFailure(command: string, error: NodeJS.ErrnoException): Error {
	return error.code === 'ENOENT'
		? problem(
				'Couldn\'t start {0}: The program or the working directory doesn\'t exist. Check "command" and "options.cwd" in tasks.json.',
				command,
			)
		: error;
}
