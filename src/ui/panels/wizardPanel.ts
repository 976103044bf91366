import type * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import { WizardPage } from '../../models/wizardPage';
import { runCommand } from '../commands/messages';
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
			runCommand,
			close: () => {
				panel.dispose();
			},
		},
	});
	panel.onDidDispose(() => page.dispose());
	return page;
}
