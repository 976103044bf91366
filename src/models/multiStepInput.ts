/** The user wants to return to the previous step. Registered, because two bundles have a copy of this module, and they must agree. */
export const BACK: unique symbol = Symbol.for('connectTokens.back');

/** The step has changed which steps there are: continue with the one that's now at its position. */
export const CONTINUE_HERE: unique symbol = Symbol.for('connectTokens.continueHere');

/** Result of a prompt: a value, a request to go back, or undefined if the user canceled. */
export type StepResult<T> = T | typeof BACK | undefined;

/** What every step shows. */
export interface StepPrompt {
	readonly title: string;
	/** Counts from 1. */
	readonly step: number;
	readonly totalSteps: number;
}

/** One step: prompts for a part of the state and returns the state with it. */
export type InputStep<S> = (state: S, prompt: StepPrompt) => Promise<StepResult<S> | typeof CONTINUE_HERE>;

export interface TextInputOptions {
	readonly prompt: string;
	readonly value: string;
	/** Links to show after the prompt and after each message, as `[text](URL)`. */
	readonly links?: string;
	/** Hides the text. */
	readonly password?: boolean;
	/** Returns an error message; undefined if the text is valid. */
	readonly validate: (text: string) => string | undefined;
	/** Returns information about a valid text. */
	readonly hint?: (text: string) => string | undefined;
	/** Called with each text that the user enters. */
	readonly onChange?: (text: string) => void;
	/** Like `validate`, for checks that take a while. Runs when the user accepts the text; `signal` aborts if they cancel. */
	readonly verify?: (text: string, signal: AbortSignal) => Promise<string | undefined>;
}

/** Name of a codicon and, optionally, of a theme color. */
export type IconName = readonly [codicon: string, themeColor?: string];

/** An item that the user can select. */
export interface Choice<T> {
	readonly value: T;
	readonly label: string;
	readonly description?: string;
	readonly detail?: string;
	readonly icon?: IconName;
}

/** The prompts that steps are built from. */
export interface InputPrompts {
	promptForText(prompt: StepPrompt, options: TextInputOptions): Promise<StepResult<string>>;
	/** Prompts for one of several choices. */
	promptForOne<T>(prompt: StepPrompt, placeholder: string, choices: readonly Choice<T>[], initial: T): Promise<StepResult<T>>;
	/**
	 * Prompts for any number of choices.
	 * @param validate returns an error message for a selection that can't be accepted
	 */
	promptForMany<T>(
		prompt: StepPrompt,
		placeholder: string,
		choices: readonly Choice<T>[],
		initial: readonly T[],
		validate: (values: readonly T[]) => string | undefined,
	): Promise<StepResult<readonly T[]>>;
}

/**
 * Runs steps in order. A step that the user returns to gets the state with all earlier input.
 * @param getSteps called before each step, so that input can add or remove later steps
 * @returns undefined if the user canceled
 */
export async function runMultiStepInput<S>(
	title: string,
	initial: S,
	getSteps: (state: S) => readonly InputStep<S>[],
): Promise<S | undefined> {
	let state = initial;
	for (let index = 0; ;) {
		const steps = getSteps(state);
		const step = steps[index];
		if (!step) {
			return state;
		}
		const result = await step(state, { title, step: index + 1, totalSteps: steps.length });
		if (result === undefined) {
			return undefined;
		}
		if (result === BACK) {
			index--;
		} else if (result !== CONTINUE_HERE) {
			state = result;
			index++;
		}
	}
}

/** Transforms the value of a step, unless the user went back or canceled. */
export async function mapStepResult<T extends string | boolean | object | null, U>(
	pending: Promise<StepResult<T>>,
	transform: (value: T) => U,
): Promise<StepResult<U>> {
	const result: StepResult<T> = await pending;
	return result === undefined || result === BACK ? result : transform(result);
}
