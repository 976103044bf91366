import * as vscode from 'vscode';

/** The user wants the step before. */
export const BACK = Symbol('back');

/** What a step results in: a value, the wish to go back, or undefined when the user gave up. */
export type Answer<T> = T | typeof BACK | undefined;

/** What every step shows. */
export interface Prompt {
	readonly title: string;
	readonly step: number;
	readonly totalSteps: number;
}

/** One step: asks for a part of the state and returns the state with it. */
export type Step<S> = (state: S, prompt: Prompt) => Promise<Answer<S>>;

/**
 * Asks step after step, backwards too, by keyboard alone. A step that the user comes back to is given what was answered before.
 * `stepsFor` may add or drop later steps by what has been answered.
 */
export async function runSteps<S>(title: string, initial: S, stepsFor: (state: S) => readonly Step<S>[]): Promise<S | undefined> {
	let state = initial;
	for (let at = 0; ;) {
		const steps = stepsFor(state);
		const step = steps[at];
		if (!step) {
			return state;
		}
		const answer = await step(state, { title, step: at + 1, totalSteps: steps.length });
		if (answer === undefined) {
			return undefined;
		}
		if (answer === BACK) {
			at--;
		} else {
			state = answer;
			at++;
		}
	}
}

export interface TextQuestion {
	readonly prompt: string;
	readonly value: string;
	readonly placeholder?: string;
	/** Hides what is typed. */
	readonly password?: boolean;
	/** What is wrong with the text; undefined when it may be accepted. */
	readonly check: (text: string) => string | undefined;
	/** What is worth knowing about a text that may be accepted. */
	readonly hint?: (text: string) => string | undefined;
	/** As `check`, for what takes a while and need not be waited for: asked once the text is to be accepted. */
	readonly verify?: (text: string, signal: AbortSignal) => Promise<string | undefined>;
}

/** Asks for a line of text, and shows what is wrong with it while it is typed. */
export function askText(shown: Prompt, question: TextQuestion): Promise<Answer<string>> {
	const input = vscode.window.createInputBox();
	Object.assign(input, {
		value: question.value,
		prompt: question.prompt,
		placeholder: question.placeholder,
		password: question.password ?? false,
	});
	input.onDidChangeValue((text) => (input.validationMessage = question.check(text) ?? hintOf(question, text)));
	const abort = new AbortController();
	input.onDidHide(() => abort.abort());
	return answerOf(input, shown, async () => {
		const text = input.value;
		input.validationMessage = question.check(text);
		if (input.validationMessage === undefined && question.verify) {
			Object.assign(input, { busy: true, enabled: false });
			const problem = await question.verify(text, abort.signal);
			Object.assign(input, { busy: false, enabled: true, validationMessage: problem });
		}
		return input.validationMessage === undefined ? { value: text } : undefined;
	});
}

function hintOf({ hint }: TextQuestion, text: string): vscode.InputBoxValidationMessage | undefined {
	const message = hint?.(text);
	return message === undefined ? undefined : { message, severity: vscode.InputBoxValidationSeverity.Info };
}

export interface Choice<T> extends vscode.QuickPickItem {
	readonly value: T;
}

/** Asks for one of several. */
export async function askOne<T>(shown: Prompt, placeholder: string, choices: readonly Choice<T>[], chosen: T): Promise<Answer<T>> {
	const pick = vscode.window.createQuickPick<Choice<T>>();
	Object.assign(pick, { placeholder, items: choices });
	pick.activeItems = choices.filter(({ value }) => value === chosen);
	return answerOf(pick, shown, () => {
		const [item] = pick.activeItems;
		return item && { value: item.value };
	});
}

/** Asks for any number of several; `check` says what is wrong with a selection. */
export function askMany<T>(
	shown: Prompt,
	placeholder: string,
	choices: readonly Choice<T>[],
	chosen: readonly T[],
	check: (values: readonly T[]) => string | undefined,
): Promise<Answer<readonly T[]>> {
	const pick = vscode.window.createQuickPick<Choice<T>>();
	Object.assign(pick, { placeholder, items: choices, canSelectMany: true });
	pick.selectedItems = choices.filter(({ value }) => chosen.includes(value));
	return answerOf(pick, shown, () => {
		const values = pick.selectedItems.map(({ value }) => value);
		const problem = check(values);
		if (problem !== undefined) {
			void vscode.window.showErrorMessage(problem);
			return undefined;
		}
		return { value: values };
	});
}

/** Shows the input until it is accepted with a value, hidden, or left by the Back button, which the first step has not. */
function answerOf<T>(
	input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
	{ title, step, totalSteps }: Prompt,
	accepted: () => { value: T } | undefined | Promise<{ value: T } | undefined>,
): Promise<Answer<T>> {
	Object.assign(input, { title, step, totalSteps, ignoreFocusOut: true });
	input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
	return new Promise<Answer<T>>((resolve) => {
		input.onDidTriggerButton(() => resolve(BACK));
		input.onDidHide(() => resolve(undefined));
		input.onDidAccept(async () => {
			const answer = await accepted();
			if (answer) {
				resolve(answer.value);
			}
		});
		input.show();
	}).finally(() => input.dispose());
}
