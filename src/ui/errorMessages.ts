import * as vscode from 'vscode';
import { FixableError } from '../models/fixableError';
import { isExplained, localizeError } from '../models/localization';
import { commandIds } from '../models/manifestIds';
import { logFailure } from '../domain/log';
import type { CommandButton } from './commands/messages';
import { log } from './log';

/** Shows why something failed. If the cause is an unexpected error rather than a problem that the text explains, offers the log and the diagnostics. */
export function showError(error: unknown): void {
	if (error instanceof FixableError) {
		showErrorWithButtons(localizeError(error), [error.fix]);
	} else if (isExplained(error)) {
		void vscode.window.showErrorMessage(localizeError(error));
	} else {
		showUnexpectedError(error);
	}
}

/** Shows an error that only the log can explain, with the buttons *Show Log* and *Copy Diagnostics*. */
export function showUnexpectedError(error: unknown): void {
	const buttons = [
		{ title: vscode.l10n.t('Show Log'), command: commandIds.showLog },
		{ title: vscode.l10n.t('Copy Diagnostics'), command: commandIds.copyDiagnostics },
	];
	showErrorWithButtons(localizeError(error), buttons);
}

function showErrorWithButtons(text: string, buttons: readonly CommandButton[]): void {
	vscode.window
		.showErrorMessage(text, ...buttons)
		.then((button) => button && vscode.commands.executeCommand(button.command, ...(button.argument === undefined ? [] : [button.argument])))
		.then(undefined, logFailure(log, "run the button's command"));
}
