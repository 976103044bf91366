import * as vscode from 'vscode';

/** The user wants the step before. */
export const BACK = Symbol('back');

/** What a step results in: a value, the wish to go back, or undefined when the user gave up. */
export type StepResult<T> = T | typeof BACK | undefined;

/** What every step shows. */
export interface StepPrompt {
	readonly title: string;
	readonly step: number;
	readonly totalSteps: number;
}

/** One step: asks for a part of the state and returns the state with it. */
export type InputStep<S> = (state: S, prompt: StepPrompt) => Promise<StepResult<S>>;

/**
 * Asks step after step, backwards too, by keyboard alone. A step that the user comes back to is given what was answered before.
 * `stepsFor` may add or drop later steps by what has been answered.
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
		} else {
			state = result;
			index++;
		}
	}
}

export interface TextInputOptions {
	readonly prompt: string;
	readonly value: string;
	readonly placeholder?: string;
	/** Hides what is typed. */
	readonly password?: boolean;
	/** What is wrong with the text; undefined when it may be accepted. */
	readonly validate: (text: string) => string | undefined;
	/** What is worth knowing about a text that may be accepted. */
	readonly hint?: (text: string) => string | undefined;
	/** As `check`, for what takes a while and need not be waited for: asked once the text is to be accepted. */
	readonly verify?: (text: string, signal: AbortSignal) => Promise<string | undefined>;
}

/** Asks for a line of text, and shows what is wrong with it while it is typed. */
export function promptForText(prompt: StepPrompt, options: TextInputOptions): Promise<StepResult<string>> {
	const input = vscode.window.createInputBox();
	Object.assign(input, {
		value: options.value,
		prompt: options.prompt,
		placeholder: options.placeholder,
		password: options.password ?? false,
	});
	input.onDidChangeValue((text) => (input.validationMessage = options.validate(text) ?? hintMessage(options, text)));
	const abort = new AbortController();
	input.onDidHide(() => abort.abort());
	return showInput(input, prompt, async () => {
		const text = input.value;
		input.validationMessage = options.validate(text);
		if (input.validationMessage === undefined && options.verify) {
			Object.assign(input, { busy: true, enabled: false });
			const problem = await options.verify(text, abort.signal);
			Object.assign(input, { busy: false, enabled: true, validationMessage: problem });
		}
		return input.validationMessage === undefined ? { value: text } : undefined;
	});
}

function hintMessage({ hint }: TextInputOptions, text: string): vscode.InputBoxValidationMessage | undefined {
	const message = hint?.(text);
	return message === undefined ? undefined : { message, severity: vscode.InputBoxValidationSeverity.Info };
}

export interface PickChoice<T> extends vscode.QuickPickItem {
	readonly value: T;
}

/** Asks for one of several. */
export async function promptForOne<T>(
	prompt: StepPrompt,
	placeholder: string,
	choices: readonly PickChoice<T>[],
	initial: T,
): Promise<StepResult<T>> {
	const pick = vscode.window.createQuickPick<PickChoice<T>>();
	Object.assign(pick, { placeholder, items: choices });
	pick.activeItems = choices.filter(({ value }) => value === initial);
	return showInput(pick, prompt, () => {
		const [item] = pick.activeItems;
		return item && { value: item.value };
	});
}

/** Asks for any number of several; `check` says what is wrong with a selection. */
export function promptForMany<T>(
	prompt: StepPrompt,
	placeholder: string,
	choices: readonly PickChoice<T>[],
	initial: readonly T[],
	validate: (values: readonly T[]) => string | undefined,
): Promise<StepResult<readonly T[]>> {
	const pick = vscode.window.createQuickPick<PickChoice<T>>();
	Object.assign(pick, { placeholder, items: choices, canSelectMany: true });
	pick.selectedItems = choices.filter(({ value }) => initial.includes(value));
	return showInput(pick, prompt, () => {
		const values = pick.selectedItems.map(({ value }) => value);
		const problem = validate(values);
		if (problem !== undefined) {
			void vscode.window.showErrorMessage(problem);
			return undefined;
		}
		return { value: values };
	});
}

/** Shows the input until it is accepted with a value, hidden, or left by the Back button, which the first step has not. */
function showInput<T>(
	input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
	{ title, step, totalSteps }: StepPrompt,
	getAcceptedValue: () => { value: T } | undefined | Promise<{ value: T } | undefined>,
): Promise<StepResult<T>> {
	Object.assign(input, { title, step, totalSteps, ignoreFocusOut: true });
	input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
	return new Promise<StepResult<T>>((resolve) => {
		input.onDidTriggerButton(() => resolve(BACK));
		input.onDidHide(() => resolve(undefined));
		input.onDidAccept(async () => {
			const accepted = await getAcceptedValue();
			if (accepted) {
				resolve(accepted.value);
			}
		});
		input.show();
	}).finally(() => input.dispose());
}
