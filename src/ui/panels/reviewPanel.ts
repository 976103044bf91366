import * as vscode from 'vscode';
import type { DetailsPageContext } from '../../models/detailsPage';
import { runCommand, confirm } from '../commands/messages';
import { pickOne } from '../commands/targets';
import { KeyFiles } from '../findings/keyFiles';
import { loadOnDemand } from '../loadOnDemand';
import { log } from '../log';
import { getPageLanguage, showWebviewPage } from './webviewPage';

/** Shows the review of all tokens in a panel, until the panel is closed. */
export async function showReviewPage(
	panel: vscode.WebviewPanel,
	extensionUri: vscode.Uri,
	{ sources, clock, scheduler }: Pick<DetailsPageContext, 'sources' | 'clock' | 'scheduler'>,
): Promise<void> {
	const loading = { isCanceled: false };
	panel.onDidDispose(() => {
		loading.isCanceled = true;
	});
	const { ReviewPage } = await loadOnDemand();
	if (loading.isCanceled) {
		return;
	}
	const keyFiles = new KeyFiles();
	const page = new ReviewPage({
		transport: showWebviewPage(panel, extensionUri, 'review'),
		language: getPageLanguage(),
		sources,
		clock,
		scheduler,
		log,
		readKeyFiles: () => keyFiles.read(),
		host: {
			confirm,
			pickOne,
			// The page shows the error.
			runCommand: (id, token) => runCommand(id, token),
			openFile: async ({ uri, line, character }) => {
				const position = new vscode.Position(line, character);
				await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection: new vscode.Range(position, position) });
			},
			onDidChangeKeyFiles: (listener) => keyFiles.onDidChange(listener),
		},
	});
	panel.onDidChangeViewState(() => {
		if (!panel.visible) {
			page.handleHidden();
		}
	});
	panel.onDidDispose(() => page.dispose());
}
