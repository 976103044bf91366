import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import { isUsable } from '../../domain/token';
import type { TokenSources } from '../../domain/tokenSources';
import { escapeLabel } from '../../models/localization';
import { statusText } from '../../models/statusTexts';
import { referenceValuesFor } from '../../requestFiles/tokenVariables';
import { formatVariableDefinitions } from '../../requestFiles/variableDefinitions';
import { resolveSource } from '../commands/pickSource';
import { statusThemeIcon } from '../statusThemeIcon';
import { isRequestFile } from './requestDocuments';

/** Up to this many tokens are all preselected. In a longer list, the user probably wants only a few. */
const MAX_PRESELECTED_TOKENS = 20;

/**
 * *Insert Token References*: defines a variable for each token that the user picks, at the top of the active request file or, if there's
 * none, of a new one.
 */
export async function insertReferences(argument: unknown, sources: TokenSources): Promise<void> {
	const title = vscode.l10n.t('Insert Token References');
	const source = await resolveSource(argument, sources, title);
	if (!source) {
		return;
	}
	const tokens = (await source.list('complete')).map((token) => ({ source, token }));
	if (tokens.length === 0) {
		throw problem('There are no tokens to reference. Create one first.');
	}
	const items = tokens.map((found) => ({
		found,
		label: escapeLabel(found.token.name),
		description: `${found.token.id} · ${statusText(found.token)}`,
		iconPath: statusThemeIcon(found.token.status),
		picked: tokens.length <= MAX_PRESELECTED_TOKENS && isUsable(found.token),
	}));
	const options = { title, placeHolder: vscode.l10n.t('Select tokens'), matchOnDescription: true, canPickMany: true as const };
	const picked = await vscode.window.showQuickPick(items, options);
	if (!picked || picked.length === 0) {
		return;
	}
	const values = await referenceValuesFor(
		picked.map(({ found }) => found),
		sources,
	);
	const definitions = picked.map(({ found: { token } }, index) => ({ tokenId: token.id, name: token.name, value: values[index]! }));
	const editor = await openRequestEditor();
	const start = new vscode.Position(0, 0);
	const text = formatVariableDefinitions(definitions, editor.document.getText());
	if (!(await editor.edit((builder) => builder.insert(start, text)))) {
		throw problem("Couldn't insert the references because the file changed or is read-only. Try again.");
	}
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
