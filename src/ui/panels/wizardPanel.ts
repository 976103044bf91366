import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import { commandIds } from '../../models/manifestIds';
import { WizardPage } from '../../models/wizardPage';
import { log } from '../log';
import { getPageLanguage, showWebviewPage } from './webviewPage';

/**
 * Shows the wizard in a panel, until the panel is closed.
 * @param createdId ID of the token it created before the window was reloaded; null if it hasn't created one
 */
export function showWizardPage(
	panel: vscode.WebviewPanel,
	extensionUri: vscode.Uri,
	source: TokenSource,
	clock: Clock,
	createdId: string | null,
): WizardPage {
	const page = new WizardPage({
		transport: showWebviewPage(panel, extensionUri, 'wizard'),
		language: getPageLanguage(),
		source,
		clock,
		createdId,
		log,
		host: {
			openDetails: async (tokenId) => {
				await vscode.commands.executeCommand(commandIds.openDetails, { tokenId, sourceId: source.id });
			},
			close: () => {
				panel.dispose();
			},
		},
	});
	panel.onDidDispose(() => page.dispose());
	return page;
}
