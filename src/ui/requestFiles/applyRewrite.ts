import * as vscode from 'vscode';
import type { TextReplacement } from '../../requestFiles/authorizationEdits';
import { countOtherChanges } from '../../requestFiles/gatewayRewrite';
import type { RequestFileKind } from '../../requestFiles/requestFileKind';
import { editDocument } from './editDocument';

/** The requests whose address edits change. */
export interface RewrittenRequests {
	readonly kind: RequestFileKind;
	/** Environment variables of the tokens that the requests use. */
	readonly variables: ReadonlySet<string>;
}

/** Like `editDocument`, for the address of requests. If requests with other tokens share it, says so and offers to undo the change. */
export async function applyRewrite(
	document: vscode.TextDocument,
	version: number,
	edits: readonly TextReplacement[],
	{ kind, variables }: RewrittenRequests,
): Promise<void> {
	const otherCount = countOtherChanges(document.getText(), kind, edits, variables);
	await editDocument(document, version, edits);
	if (otherCount > 0) {
		void offerToUndo(document, otherCount);
	}
}

async function offerToUndo(document: vscode.TextDocument, otherCount: number): Promise<void> {
	const { version } = document;
	const undo = vscode.l10n.t('Undo');
	const text =
		otherCount === 1
			? vscode.l10n.t('1 request with another token uses the same variable, so its address was changed, too.')
			: vscode.l10n.t('{0} requests with other tokens use the same variable, so their addresses were changed, too.', otherCount);
	if ((await vscode.window.showWarningMessage(text, undo)) === undo && document.version === version) {
		await vscode.window.showTextDocument(document);
		await vscode.commands.executeCommand('undo');
	}
}
