import { ProblemError, type Problem } from '../domain/problems';
import type { FieldErrors } from '../protocol/messageSchemas';
import { formatNumber, localizeError, localizeProblem } from './localization';

/** The first problem of each field, in the user's language. */
export function toFieldErrors(problems: readonly Problem[]): FieldErrors {
	return Object.fromEntries([...problems].reverse().map((problem) => [problem.field ?? '', localizeFieldProblem(problem)]));
}

/** The numbers in problems of fields are limits, which are shown as users write them. */
function localizeFieldProblem(problem: Problem): string {
	return localizeProblem({ ...problem, args: problem.args.map((arg) => (typeof arg === 'number' ? formatNumber(arg) : arg)) });
}

/**
 * Runs `action` and returns its result, or an error message for each invalid field.
 * Rejects with a message in the user's language if it fails for any other reason.
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
