import * as vscode from 'vscode';
import type { DetailsPageContext } from '../../models/detailsPage';
import { PageManager } from '../../models/pageManager';
import { targets } from '../commands/targets';
import { showDetailsPage } from './detailsPanel';
import { showWizardPage } from './wizardPanel';

/** Opens the wizard and the details pages in panels of the editor. */
export function createPageManager(extensionUri: vscode.Uri, context: DetailsPageContext): PageManager<vscode.WebviewPanel> {
	return new PageManager<vscode.WebviewPanel>({
		...context,
		targets,
		createPanel: (viewType, title) => vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active),
		showWizard: (panel, source, createdId) => showWizardPage(panel, extensionUri, source, context, createdId),
		showDetails: (panel, source, tokenId) => showDetailsPage(panel, extensionUri, context, source, tokenId),
	});
}
