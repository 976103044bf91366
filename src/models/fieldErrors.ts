import { ProblemError, type Problem } from '../domain/problems';
import type { FieldErrors } from '../protocol/messageSchemas';
import { localizeError, localizeProblem } from './localization';

/** The first problem of each field, in the user's language. */
export function toFieldErrors(problems: readonly Problem[]): FieldErrors {
	return Object.fromEntries([...problems].reverse().map((problem) => [problem.field ?? '', localizeProblem(problem)]));
}

/**
 * What `action` results in, or the errors of the fields that it is refused for.
 * Rejects, in the user's language, when something other than a field is at fault.
 */
export async function catchFieldErrors<T>(action: () => Promise<T>): Promise<T | { errors: FieldErrors }> {
	try {
		return await action();
	} catch (error) {
		if (error instanceof ProblemError && error.problems.every(({ field }) => field !== null && field !== 'id')) {
			return { errors: toFieldErrors(error.problems) };
		}
		throw new Error(localizeError(error), { cause: error });
	}
}
