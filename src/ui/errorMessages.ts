import * as vscode from 'vscode';
import { isExplained, localizeError } from '../models/localization';
import { commandIds } from '../models/manifestIds';
import { logFailure } from '../domain/log';
import { log } from './log';

/** Shows why something failed. If the cause is an unexpected error rather than a problem that the text explains, offers the log and the diagnostics. */
export function showError(error: unknown): void {
	if (isExplained(error)) {
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
	vscode.window
		.showErrorMessage(localizeError(error), ...buttons)
		.then((button) => button && vscode.commands.executeCommand(button.command))
		.then(undefined, logFailure(log, "run the button's command"));
}
