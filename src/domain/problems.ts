import { maskFullSecrets } from './maskFullSecrets';

/** What a user can change to solve a problem. Messages about it offer the commands that change it. */
export type ProblemTopic =
	/** The gateway can't use any port. */
	| 'port'
	/** The gateway uses another port than the configured one. */
	| 'otherPort'
	/** The gateway can't use its upstream, or the account that the upstream needs. */
	| 'upstream'
	/** Something requires an upstream, and none is set. */
	| 'noUpstream'
	/** The gateway can't send its credential to the upstream. */
	| 'credential'
	| 'modules'
	/** The gateway isn't running. */
	| 'stopped'
	/** The gateway failed for a reason that only the log explains. */
	| 'crash'
	/** Something requires a token, and there is none. */
	| 'noTokens'
	/** Something requires an account, and none has been added. */
	| 'noAccounts'
	/** Something requires a local folder, and none is open. */
	| 'noFolder'
	/** Something requires a trusted workspace. */
	| 'untrusted';

/**
 * Explains to a user or an API caller why a request failed.
 * The message is a template with arguments, so the UI can show it in the user's language while logs and API callers get English.
 */
export interface Problem {
	/** Name of the invalid argument in the API; null if there isn't a single one. */
	readonly field: string | null;
	/** English text with the placeholders `{0}`, `{1}`, and so on for the arguments. */
	readonly template: string;
	readonly args: readonly (string | number)[];
	/** Undefined if no command of the extension can solve it. */
	readonly topic?: ProblemTopic;
}

/** Returns the problem's message in English. */
export function formatProblem({ template, args }: Problem): string {
	return template.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)]));
}

/** A request failed for the reasons in `problems`. Nothing was changed. */
export class ProblemError extends Error {
	override readonly name = 'ProblemError';

	/** Also recognizes errors from another bundle, which has a copy of this class. */
	static override [Symbol.hasInstance](value: unknown): boolean {
		// Subclasses inherit this method.
		return this === ProblemError
			? value instanceof Error && value.name === 'ProblemError'
			: Function.prototype[Symbol.hasInstance].call(this, value);
	}

	constructor(
		readonly problems: readonly Problem[],
		options?: ErrorOptions,
	) {
		super(problems.map(formatWithField).join(' '), options);
	}
}

/** Creates a `ProblemError` about the request as a whole. */
export function problem(template: string, ...args: (string | number)[]): ProblemError {
	return new ProblemError([{ field: null, template, args }]);
}

/** Creates a `ProblemError` that a command can solve. */
export function solvableProblem(topic: ProblemTopic, template: string, ...args: (string | number)[]): ProblemError {
	return new ProblemError([{ field: null, template, args, topic }]);
}

/** Creates a `ProblemError` about one argument. */
export function fieldProblem(field: string, template: string, ...args: (string | number)[]): ProblemError {
	return new ProblemError([{ field, template, args }]);
}

/** No token in the source has the ID. */
export function unknownTokenProblem(id: string): ProblemError {
	return fieldProblem('id', "Token {0} doesn't exist. It might have been deleted.", sanitizeForMessage(id));
}

/** Shortens an invalid value for use in a message, and masks API keys that were passed by mistake. */
export function sanitizeForMessage(value: unknown): string {
	return maskFullSecrets(typeof value === 'string' ? value : typeof value).slice(0, 80);
}

function formatWithField(problem: Problem): string {
	return problem.field === null ? formatProblem(problem) : `Invalid ${problem.field}: ${formatProblem(problem)}`;
}
