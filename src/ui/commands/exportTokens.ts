import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import { problem } from '../../domain/problems';

/** *Export Tokens*: the list as JSON, without any key, to a file that the user chooses. */
export async function exportTokens(source: TokenSource): Promise<void> {
	const tokens = await source.list();
	if (tokens.length === 0) {
		throw problem('There are no tokens to export.');
	}
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	const target = await vscode.window.showSaveDialog({
		title: vscode.l10n.t('Export Tokens without Keys'),
		filters: { JSON: ['json'] },
		...(folder && { defaultUri: vscode.Uri.joinPath(folder, 'tokens.json') }),
	});
	if (target) {
		await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(`${JSON.stringify(tokens, undefined, '\t')}\n`));
		const open = vscode.l10n.t('Open');
		const message = vscode.l10n.t('Exported {0} tokens, without their keys.', tokens.length);
		if ((await vscode.window.showInformationMessage(message, open)) === open) {
			await vscode.window.showTextDocument(target);
		}
	}
}
