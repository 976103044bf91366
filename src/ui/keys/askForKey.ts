import * as vscode from 'vscode';
import type { KeyDecision, KeyQuestion, KeyRequest } from '../../broker/keyRequest';
import { keyQuestionButtons, keyQuestionText, silencedText } from '../../models/keyQuestion';

/** Asks in a modal dialog whether a key may be released. Closing it is a denial. */
export async function askForKey(question: KeyQuestion): Promise<KeyDecision> {
	const { message, detail } = keyQuestionText(question);
	const buttons = keyQuestionButtons(question).map((button) => ({ ...button, isCloseAffordance: button.decision === 'deny' }));
	const selected = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
	return selected?.decision ?? 'deny';
}

/** Tells the user that a requester isn't asked about anymore for a minute. */
export function reportSilence({ requester }: KeyRequest): void {
	void vscode.window.showWarningMessage(silencedText(requester));
}
