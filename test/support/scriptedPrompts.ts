import assert from 'node:assert/strict';
import {
	BACK,
	type Choice,
	type InputPrompts,
	type StepPrompt,
	type StepResult,
	type TextInputOptions,
} from '../../src/models/multiStepInput';

/** What a scripted user does at a prompt: types text, selects values, goes back, or cancels. */
export type ScriptedInput = string | boolean | readonly string[] | typeof BACK | undefined;

/** A prompt as the user saw it. */
export interface ShownPrompt {
	readonly position: StepPrompt;
	/** Text of the prompt or placeholder of the list. */
	readonly text: string;
	readonly choices: readonly Choice<unknown>[];
	readonly initial: unknown;
	readonly password: boolean;
	/** Validation error of the scripted input, which keeps the prompt open for the next input. */
	error?: string | undefined;
	hint?: string | undefined;
}

/** Answers prompts with a list of inputs, in order, and records the prompts. */
export class ScriptedPrompts implements InputPrompts {
	readonly shown: ShownPrompt[] = [];

	constructor(private readonly inputs: ScriptedInput[]) {}

	async promptForText(position: StepPrompt, options: TextInputOptions): Promise<StepResult<string>> {
		const shown = this.#show(position, options.prompt, [], options.value, options.password);
		const input = this.#next(options.prompt);
		if (typeof input !== 'string') {
			return input as StepResult<string>;
		}
		options.onChange?.(input);
		shown.error = options.validate(input) ?? (await options.verify?.(input, new AbortController().signal));
		shown.hint = options.hint?.(input);
		return shown.error === undefined ? input : this.promptForText(position, options);
	}

	promptForOne<T>(position: StepPrompt, placeholder: string, choices: readonly Choice<T>[], initial: T): Promise<StepResult<T>> {
		this.#show(position, placeholder, choices, initial);
		const input = this.#next(placeholder);
		if (input !== BACK && input !== undefined) {
			assert.ok(
				choices.some(({ value }) => value === input),
				`“${String(input)}” is one of the choices`,
			);
		}
		return Promise.resolve(input as StepResult<T>);
	}

	async promptForMany<T>(
		position: StepPrompt,
		placeholder: string,
		choices: readonly Choice<T>[],
		initial: readonly T[],
		validate: (values: readonly T[]) => string | undefined,
	): Promise<StepResult<readonly T[]>> {
		const shown = this.#show(position, placeholder, choices, initial);
		const input = this.#next(placeholder) as StepResult<readonly T[]>;
		if (input === undefined || input === BACK) {
			return input;
		}
		shown.error = validate(input);
		return shown.error === undefined ? input : this.promptForMany(position, placeholder, choices, initial, validate);
	}

	#show(position: StepPrompt, text: string, choices: readonly Choice<unknown>[], initial: unknown, password = false): ShownPrompt {
		const shown = { position, text, choices, initial, password };
		this.shown.push(shown);
		return shown;
	}

	#next(prompt: string): ScriptedInput {
		assert.ok(this.inputs.length > 0, `there's an input for “${prompt}”`);
		return this.inputs.shift();
	}
}
