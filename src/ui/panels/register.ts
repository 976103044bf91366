import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import type { RegisterCommand } from '../commands/register';
import { commands, views } from '../ids';
import type { showDetails } from './detailsPanel';
import type { WizardPanel } from './wizardPanel';

/** The wizard and the details pages: the commands that open them, and their return after a reload of the window. */
export function registerPanels(context: vscode.ExtensionContext, register: RegisterCommand, source: TokenSource, clock: Clock): void {
	const { extensionUri } = context;
	const details = new Map<string, vscode.WebviewPanel>();
	let wizard: WizardPanel | undefined;

	register(commands.createToken, async () => {
		const { WizardPanel } = await import('./wizardPanel');
		if (wizard && !wizard.finished) {
			wizard.reveal();
		} else {
			showWizard(WizardPanel, createPanel(views.wizard, vscode.l10n.t('Create Token')));
		}
	});
	register(commands.openDetails, async (argument) => {
		const { tokenFor } = await import('../commands/pickToken');
		const token = await tokenFor(argument, source, clock, vscode.l10n.t('Open Token Details'));
		const page = await import('./detailsPanel');
		const open = token && details.get(token.id);
		if (open) {
			open.reveal();
		} else if (token) {
			showDetailsOf(page.showDetails, createPanel(views.details, token.name), token.id);
		}
	});
	context.subscriptions.push(
		vscode.window.registerWebviewPanelSerializer(views.wizard, {
			deserializeWebviewPanel: async (panel) => showWizard((await import('./wizardPanel')).WizardPanel, panel),
		}),
		vscode.window.registerWebviewPanelSerializer(views.details, {
			deserializeWebviewPanel: async (panel, state) => {
				const page = await import('./detailsPanel');
				const tokenId = page.tokenIdOf(state);
				if (tokenId === undefined) {
					panel.dispose();
				} else {
					showDetailsOf(page.showDetails, panel, tokenId);
				}
			},
		}),
	);

	function showWizard(Wizard: typeof WizardPanel, panel: vscode.WebviewPanel): void {
		const shown = new Wizard(panel, extensionUri, source, clock);
		wizard = shown;
		panel.onDidDispose(() => {
			wizard = wizard === shown ? undefined : wizard;
		});
	}

	function showDetailsOf(show: typeof showDetails, panel: vscode.WebviewPanel, tokenId: string): void {
		details.set(tokenId, panel);
		panel.onDidDispose(() => details.delete(tokenId));
		show(panel, extensionUri, source, tokenId);
	}
}

function createPanel(viewType: string, title: string): vscode.WebviewPanel {
	return vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active);
}
