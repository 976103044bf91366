import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import { FixableError } from '../../models/fixableError';
import type { TextReplacement } from '../../requestFiles/authorizationEdits';

/**
 * Replaces parts of a document in a single edit, which is undone in one step. Says so if they're already as they should be.
 * @param version of the document that the replacements are for
 * @throws ProblemError when the document has changed or is read-only; nothing is changed then
 */
export async function editDocument(
	document: vscode.TextDocument,
	version: number,
	replacements: readonly TextReplacement[],
): Promise<void> {
	const edits = replacements.map(({ start, end, text }) => ({
		range: new vscode.Range(document.positionAt(start), document.positionAt(end)),
		text,
	}));
	const isChange = edits.some(({ range, text }) => document.getText(range) !== text);
	if (document.version !== version || !(await apply(document, edits))) {
		throw problem("Couldn't change the file because it changed in the meantime. Try again.");
	}
	if (!isChange) {
		vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Nothing to change in this file'), 5000);
	} else if (document.version === version) {
		throw new FixableError(
			{ field: null, template: "Couldn't change the file because it's read-only. Make it writable and try again.", args: [] },
			{ title: vscode.l10n.t('Make Writable'), command: 'workbench.action.files.setActiveEditorWriteableInSession' },
		);
	}
}

/** Through an editor if possible: a workspace edit changes read-only files, too, but they can't be saved. */
async function apply(
	document: vscode.TextDocument,
	edits: readonly { readonly range: vscode.Range; readonly text: string }[],
): Promise<boolean> {
	const editor = vscode.window.visibleTextEditors.find((item) => item.document === document);
	if (editor) {
		return editor.edit((builder) => edits.forEach(({ range, text }) => builder.replace(range, text)));
	}
	const edit = new vscode.WorkspaceEdit();
	edits.forEach(({ range, text }) => edit.replace(document.uri, range, text));
	return vscode.workspace.applyEdit(edit);
}
