/**
 * What a person or a program is told when a request cannot be carried out.
 * The text is kept as a template with arguments, so that the editor can show it
 * in the user's language while logs and callers of the API read English.
 */
export interface Problem {
	/** The argument at fault, as the API names it; null when no single one is. */
	readonly field: string | null;
	/** English text with `{0}`, `{1}`… for the arguments. */
	readonly template: string;
	readonly args: readonly (string | number)[];
}

/** The problem's English text. */
export function formatProblem({ template, args }: Problem): string {
	return template.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)]));
}

/** Rejects a request for the reasons in `problems`; nothing has been changed. */
export class ProblemError extends Error {
	override readonly name = 'ProblemError';

	constructor(
		readonly problems: readonly Problem[],
		options?: ErrorOptions,
	) {
		super(problems.map(formatWithField).join(' '), options);
	}
}

/** A `ProblemError` about the request as a whole. */
export function problem(template: string, ...args: (string | number)[]): ProblemError {
	return new ProblemError([{ field: null, template, args }]);
}

/** A `ProblemError` about one argument. */
export function fieldProblem(field: string, template: string, ...args: (string | number)[]): ProblemError {
	return new ProblemError([{ field, template, args }]);
}

/** The id given names no token of this source. */
export function unknownTokenProblem(id: string): ProblemError {
	return fieldProblem('id', "Token {0} doesn't exist. It might have been deleted.", sanitizeForMessage(id));
}

/** A refused value as a message may repeat it: not at any length, and without a key that was passed by mistake. */
export function sanitizeForMessage(value: unknown): string {
	return (typeof value === 'string' ? value : typeof value).replace(/[0-9a-f]{40}/gi, '*'.repeat(10)).slice(0, 80);
}

function formatWithField(problem: Problem): string {
	return problem.field === null ? formatProblem(problem) : `Invalid ${problem.field}: ${formatProblem(problem)}`;
}
