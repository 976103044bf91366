import * as vscode from 'vscode';
import { solvableProblem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { referencePickItems } from '../../models/pickItems';
import { referenceValuesFor } from '../../requestFiles/tokenVariables';
import { pickMany, targets } from '../commands/targets';
import { editDocument } from './editDocument';
import { isRequestFile } from './requestDocuments';
import { loadOnDemand } from '../loadOnDemand';

/**
 * *Insert Token References*: defines a variable for each token that the user picks, at the top of the active request file or, if there's
 * none, of a new one.
 */
export async function insertReferences(argument: unknown, sources: TokenSources): Promise<void> {
	const title = vscode.l10n.t('Insert Token References');
	const source = await targets.resolveSource(argument, sources, title);
	if (!source) {
		return;
	}
	const tokens = (await source.list('complete')).map((token) => ({ source, token }));
	if (tokens.length === 0) {
		throw solvableProblem('noTokens', 'There are no tokens to reference. Create one first.');
	}
	const picked = await pickMany(referencePickItems(tokens), { title, placeHolder: vscode.l10n.t('Select tokens') });
	if (picked.length === 0) {
		return;
	}
	const values = await referenceValuesFor(picked, sources);
	const definitions = picked.map(({ token }, index) => ({ tokenId: token.id, name: token.name, value: values[index]! }));
	const editor = await openRequestEditor();
	const { formatVariableDefinitions } = await loadOnDemand();
	const text = formatVariableDefinitions(definitions, editor.document.getText());
	await editDocument(editor.document, editor.document.version, [{ start: 0, end: 0, text }]);
	const start = new vscode.Position(0, 0);
	await vscode.window.showTextDocument(editor.document, {
		...(editor.viewColumn && { viewColumn: editor.viewColumn }),
		selection: new vscode.Range(start, start),
	});
}

async function openRequestEditor(): Promise<vscode.TextEditor> {
	const active = vscode.window.activeTextEditor;
	return active && isRequestFile(active.document)
		? active
		: vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'http', content: '' }));
}
