import * as vscode from 'vscode';
import type { DetailsPageContext } from '../../models/detailsPage';
import { PageManager } from '../../models/pageManager';
import type { KeyLoader } from '../keys/keyLoader';
import { targets } from '../commands/targets';
import { showDetailsPage } from './detailsPanel';
import { showReviewPage } from './reviewPanel';
import { showWizardPage } from './wizardPanel';

/** Opens the wizard, the details pages, and the review in panels of the editor. */
export function createPageManager(
	extensionUri: vscode.Uri,
	keys: KeyLoader,
	context: DetailsPageContext,
): PageManager<vscode.WebviewPanel> {
	return new PageManager<vscode.WebviewPanel>({
		...context,
		targets,
		createPanel: (viewType, title, { beside, preserveFocus }) =>
			vscode.window.createWebviewPanel(viewType, title, { viewColumn: beside?.viewColumn ?? vscode.ViewColumn.Active, preserveFocus }),
		isPreviewEnabled: () => vscode.workspace.getConfiguration('workbench.editor').get('enablePreview', true),
		showWizard: (panel, source, createdId) => showWizardPage(panel, extensionUri, context, source, createdId),
		showDetails: (panel, source, tokenId) => showDetailsPage(panel, extensionUri, keys, context, source, tokenId),
		showReview: (panel) => showReviewPage(panel, extensionUri, context),
	});
}
