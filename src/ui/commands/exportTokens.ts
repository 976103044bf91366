import * as vscode from 'vscode';
import { solvableProblem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { exportedTokensText, formatExportedTokens } from '../../models/tokenMessages';
import { targets } from './targets';

/** *Export Tokens (Without Keys)*: saves the tokens of a source as JSON. */
export async function exportTokens(argument: unknown, sources: TokenSources): Promise<void> {
	const title = vscode.l10n.t('Export Tokens (Without Keys)');
	const source = await targets.resolveSource(argument, sources, title);
	if (!source) {
		return;
	}
	const listed = await source.list('complete');
	const tokens = listed.filter(({ lease }) => !lease);
	if (tokens.length === 0) {
		throw solvableProblem('noTokens', 'There are no tokens to export. Create one first.');
	}
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	const targetUri = await vscode.window.showSaveDialog({
		title,
		filters: { JSON: ['json'] },
		...(folder && { defaultUri: vscode.Uri.joinPath(folder, 'tokens.json') }),
	});
	if (targetUri) {
		await vscode.workspace.fs.writeFile(targetUri, new TextEncoder().encode(formatExportedTokens(tokens)));
		const openLabel = vscode.l10n.t('Open File');
		if (
			(await vscode.window.showInformationMessage(exportedTokensText(tokens.length, tokens.length < listed.length), openLabel)) ===
			openLabel
		) {
			await vscode.window.showTextDocument(targetUri);
		}
	}
}
