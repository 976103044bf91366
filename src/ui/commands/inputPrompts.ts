import * as vscode from 'vscode';
import { BACK, type Choice, type InputPrompts, type StepPrompt, type StepResult, type TextInputOptions } from '../../models/multiStepInput';
import { toThemeIcon } from '../themeIcons';

async function promptForText(prompt: StepPrompt, options: TextInputOptions): Promise<StepResult<string>> {
	const input = vscode.window.createInputBox();
	const showProblem = (message: string | undefined) => {
		input.validationMessage = message === undefined ? undefined : withLinks(message, options);
	};
	Object.assign(input, { value: options.value, prompt: withLinks(options.prompt, options), password: options.password ?? false });
	input.onDidChangeValue((text) => {
		showProblem(options.validate(text));
		input.validationMessage ??= hintMessage(options, text);
		options.onChange?.(text);
	});
	const abort = new AbortController();
	input.onDidHide(() => abort.abort());
	return showInput(input, prompt, async () => {
		const text = input.value;
		showProblem(options.validate(text));
		if (input.validationMessage === undefined && options.verify) {
			Object.assign(input, { busy: true, enabled: false });
			showProblem(await options.verify(text, abort.signal));
			Object.assign(input, { busy: false, enabled: true });
		}
		return input.validationMessage === undefined ? { value: text } : undefined;
	});
}

/** VS Code renders the links of a prompt and of a message, and Tab reaches them. */
function withLinks(text: string, { links }: TextInputOptions): string {
	return links === undefined ? text : `${text} ${links}`;
}

function hintMessage({ hint }: TextInputOptions, text: string): vscode.InputBoxValidationMessage | undefined {
	const message = hint?.(text);
	return message === undefined ? undefined : { message, severity: vscode.InputBoxValidationSeverity.Info };
}

async function promptForOne<T>(prompt: StepPrompt, placeholder: string, choices: readonly Choice<T>[], initial: T): Promise<StepResult<T>> {
	const pick = vscode.window.createQuickPick<PickChoice<T>>();
	Object.assign(pick, { placeholder, items: choices.map(toPickChoice) });
	pick.activeItems = pick.items.filter(({ value }) => value === initial);
	return showInput(pick, prompt, () => {
		const [item] = pick.activeItems;
		return item && { value: item.value };
	});
}

function promptForMany<T>(
	prompt: StepPrompt,
	placeholder: string,
	choices: readonly Choice<T>[],
	initial: readonly T[],
	validate: (values: readonly T[]) => string | undefined,
): Promise<StepResult<readonly T[]>> {
	const pick = vscode.window.createQuickPick<PickChoice<T>>();
	Object.assign(pick, { placeholder, items: choices.map(toPickChoice), canSelectMany: true });
	pick.selectedItems = pick.items.filter(({ value }) => initial.includes(value));
	return showInput(pick, prompt, () => {
		const values = pick.selectedItems.map(({ value }) => value);
		const message = validate(values);
		if (message !== undefined) {
			void vscode.window.showErrorMessage(message);
			return undefined;
		}
		return { value: values };
	});
}

type PickChoice<T> = vscode.QuickPickItem & { readonly value: T };

function toPickChoice<T>({ icon, ...choice }: Choice<T>): PickChoice<T> {
	return { ...choice, ...(icon && { iconPath: toThemeIcon(icon) }) };
}

/** The prompts in VS Code's UI. */
export const inputPrompts: InputPrompts = { promptForText, promptForOne, promptForMany };

/**
 * Shows the input until the user accepts a value, goes back, or cancels. The first step has no Back button.
 * @param getAcceptedValue undefined keeps the input open
 */
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
