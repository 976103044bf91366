import type * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import { WizardPage, type WizardPageOptions } from '../../models/wizardPage';
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
	context: Pick<WizardPageOptions, 'clock' | 'testToken'>,
	createdId: string | null,
): WizardPage {
	const page = new WizardPage({
		...context,
		transport: showWebviewPage(panel, extensionUri, 'wizard'),
		language: getPageLanguage(),
		source,
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
