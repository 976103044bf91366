import * as vscode from 'vscode';
import type { Clock, WorkspaceTokenSource } from '../../domain/ports';
import { problem } from '../../domain/problems';
import { pickMany } from './targets';
import { loadOnDemand } from '../loadOnDemand';

/** The export of an account with thousands of tokens has about this size. */
const MAX_FILE_BYTES = 5_000_000;

/** Lets the user choose a file that *Export Tokens (Without Keys)* has saved, and creates tokens from it, with new IDs and keys. */
export async function importExportedFile(source: WorkspaceTokenSource, clock: Clock): Promise<void> {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	const [uri] =
		(await vscode.window.showOpenDialog({
			title: vscode.l10n.t('Import Token'),
			openLabel: vscode.l10n.t('Import'),
			filters: { JSON: ['json'] },
			...(folder && { defaultUri: folder }),
		})) ?? [];
	if (!uri) {
		return;
	}
	if ((await vscode.workspace.fs.stat(uri)).size > MAX_FILE_BYTES) {
		throw notExportedProblem(uri);
	}
	const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
	if (!(await importExportedTokens(text, source, clock))) {
		throw notExportedProblem(uri);
	}
}

/**
 * Creates the tokens that the user picks from the text of an exported file.
 * @returns false if the text is anything else
 */
export async function importExportedTokens(text: string, source: WorkspaceTokenSource, clock: Clock): Promise<boolean> {
	const { parseExportedTokens, exportedTokenItems, importedTokensText } = await loadOnDemand();
	const exportedTokens = parseExportedTokens(text);
	if (!exportedTokens) {
		return false;
	}
	if (exportedTokens.length === 0) {
		throw problem('There are no tokens to import. Choose a file with exported tokens.');
	}
	const context = { source, catalog: await source.getCatalog(), tokens: await source.list(), now: clock() };
	const drafts = await pickMany(exportedTokenItems(exportedTokens, context), {
		title: vscode.l10n.t('Import Token'),
		placeHolder: vscode.l10n.t('Select the tokens to import. Each gets a new ID and API key.'),
	});
	let count = 0;
	try {
		for (const draft of drafts) {
			await source.create(draft);
			count++;
		}
	} finally {
		// If one of them fails, the user also learns which part of the work is done.
		if (count > 0) {
			void vscode.window.showInformationMessage(importedTokensText(count));
		}
	}
	return true;
}

function notExportedProblem(uri: vscode.Uri) {
	return problem(
		"“{0}” doesn't contain exported tokens. Choose a file that “Export Tokens (Without Keys)” has saved.",
		uri.path.slice(uri.path.lastIndexOf('/') + 1),
	);
}
