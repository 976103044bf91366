import type * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import type { DetailsPageContext } from '../../models/detailsPage';
import { WizardPage } from '../../models/wizardPage';
import { runCommand } from '../commands/messages';
import { log } from '../log';
import { askAboutDraft } from './askAboutDraft';
import { getPageLanguage, showWebviewPage } from './webviewPage';

/**
 * Shows the wizard in a panel, until the panel is closed.
 * @param createdId ID of the token it created before the window was reloaded; null if it hasn't created one
 */
export function showWizardPage(
	panel: vscode.WebviewPanel,
	extensionUri: vscode.Uri,
	context: Pick<DetailsPageContext, 'clock' | 'drafts' | 'readModulePaths' | 'testToken'>,
	source: TokenSource,
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
			askAboutDraft,
			close: () => {
				panel.dispose();
			},
		},
	});
	panel.onDidDispose(() => page.dispose());
	return page;
}
