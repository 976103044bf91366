import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { resolveSource } from './pickSource';

/** *Export Tokens (Without Keys)*: saves the tokens of a source as JSON. */
export async function exportTokens(argument: unknown, sources: TokenSources): Promise<void> {
	const title = vscode.l10n.t('Export Tokens (Without Keys)');
	const source = await resolveSource(argument, sources, title);
	if (!source) {
		return;
	}
	const tokens = await source.list('complete');
	if (tokens.length === 0) {
		throw problem('There are no tokens to export. Create one first.');
	}
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	const targetUri = await vscode.window.showSaveDialog({
		title,
		filters: { JSON: ['json'] },
		...(folder && { defaultUri: vscode.Uri.joinPath(folder, 'tokens.json') }),
	});
	if (targetUri) {
		await vscode.workspace.fs.writeFile(targetUri, new TextEncoder().encode(`${JSON.stringify(tokens, undefined, '\t')}\n`));
		const openLabel = vscode.l10n.t('Open File');
		const message =
			tokens.length === 1
				? vscode.l10n.t('Exported 1 token without its API key.')
				: vscode.l10n.t('Exported {0} tokens without their API keys.', tokens.length);
		if ((await vscode.window.showInformationMessage(message, openLabel)) === openLabel) {
			await vscode.window.showTextDocument(targetUri);
		}
	}
}
