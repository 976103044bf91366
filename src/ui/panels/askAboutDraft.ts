import * as vscode from 'vscode';
import { draftQuestion } from '../../models/draftTexts';

/** Asks what to do with the input of a wizard that's being closed. Resolves to undefined if the user wants to continue. */
export async function askAboutDraft(): Promise<'discard' | 'keep' | undefined> {
	const { message, detail } = draftQuestion();
	const discard: vscode.MessageItem = { title: vscode.l10n.t('Discard Draft') };
	const keep: vscode.MessageItem = { title: vscode.l10n.t('Keep Draft') };
	const choice = await vscode.window.showWarningMessage(message, { modal: true, detail }, discard, keep);
	return choice && (choice === discard ? 'discard' : 'keep');
}
