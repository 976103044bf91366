import * as vscode from 'vscode';
import type { Problem } from '../domain/problems';
import { fixesForError, fixesForProblem } from '../models/problemFixes';
import { isExplained, localizeError, localizeProblem } from '../models/localization';
import { commandIds } from '../models/manifestIds';
import { logFailure } from '../domain/log';
import type { CommandButton } from './commands/messages';
import { log } from './log';

/** Shows why something failed. If the cause is an unexpected error rather than a problem that the text explains, offers the log and the diagnostics. */
export function showError(error: unknown): void {
	const fixes = fixesForError(error, vscode.env.remoteName);
	if (fixes.length > 0 || isExplained(error)) {
		showWithButtons('showErrorMessage', localizeError(error), fixes);
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
	showWithButtons('showErrorMessage', localizeError(error), buttons);
}

/** Shows a problem that doesn't keep anything from working. */
export function showWarning(problem: Problem): void {
	showWithButtons('showWarningMessage', localizeProblem(problem), fixesForProblem(problem, vscode.env.remoteName));
}

function showWithButtons(show: 'showErrorMessage' | 'showWarningMessage', text: string, buttons: readonly CommandButton[]): void {
	vscode.window[show](text, ...buttons)
		.then((button) => button && vscode.commands.executeCommand(button.command, ...(button.argument === undefined ? [] : [button.argument])))
		.then(undefined, logFailure(log, "run the button's command"));
}
