import * as vscode from 'vscode';
import type { ConfirmationText } from '../../models/lifecycleTexts';

/** A button of a notification, which runs a command. */
export interface CommandButton {
	readonly title: string;
	readonly command: string;
	readonly argument?: unknown;
}

/** Shows a message. Resolves once the user has closed it or the command of the selected button has run. */
export async function inform(text: string, button?: CommandButton): Promise<void> {
	const selected = await vscode.window.showInformationMessage(text, ...(button ? [button] : []));
	if (selected) {
		await runCommand(selected.command, selected.argument);
	}
}

/** Runs a command with an argument. */
export async function runCommand(id: string, argument?: unknown): Promise<void> {
	await vscode.commands.executeCommand(id, argument);
}

/** Sets context keys, which `when` clauses and the walkthrough read. */
export function setContext(values: Readonly<Record<string, unknown>>): void {
	Object.entries(values).forEach(([key, value]) => void vscode.commands.executeCommand('setContext', key, value));
}

/** Asks the user to confirm an action in a modal dialog. `action` is the label of the button that confirms it. */
export async function confirm({ message, detail }: ConfirmationText, action: string): Promise<boolean> {
	return (await vscode.window.showWarningMessage(message, { modal: true, detail }, action)) === action;
}
