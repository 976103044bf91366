import { ProblemError, type Problem } from '../../domain/problems';
import type { FieldErrors } from '../../protocol/shared';
import { localError, localProblem } from '../messages';

/** The first problem of each field, in the user's language. */
export function fieldErrors(problems: readonly Problem[]): FieldErrors {
	return Object.fromEntries([...problems].reverse().map((one) => [one.field ?? '', localProblem(one)]));
}

/**
 * What `action` results in, or the errors of the fields that it is refused for.
 * Rejects, in the user's language, when something other than a field is at fault.
 */
export async function orFieldErrors<T>(action: () => Promise<T>): Promise<T | { errors: FieldErrors }> {
	try {
		return await action();
	} catch (error) {
		if (error instanceof ProblemError && error.problems.every(({ field }) => field !== null && field !== 'id')) {
			return { errors: fieldErrors(error.problems) };
		}
		throw new Error(localError(error), { cause: error });
	}
}
