import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { inform } from '../commands/messages';

/** *Show Key Access Log*: opens the file in which each release and denial of a key is a line. */
export async function showKeyAccessLog(path: string): Promise<void> {
	const exists = await stat(path).then(
		() => true,
		() => false,
	);
	if (!exists) {
		await inform(vscode.l10n.t('No API key of this workspace has been requested yet.'));
		return;
	}
	const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
	const editor = await vscode.window.showTextDocument(document);
	// The newest line is the last one.
	const { range } = document.lineAt(document.lineCount - 1);
	editor.selection = new vscode.Selection(range.end, range.end);
	editor.revealRange(range);
}
