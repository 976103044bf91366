import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import type { Beginning } from '../../protocol/details';
import type { RegisterCommand } from '../commands/register';
import { commands, views } from '../ids';
import type { DetailsPanel } from './detailsPanel';
import type { WizardPanel } from './wizardPanel';

/** The wizard and the details pages: the commands that open them, and their return after a reload of the window. */
export function registerPanels(context: vscode.ExtensionContext, register: RegisterCommand, source: TokenSource, clock: Clock): void {
	const { extensionUri } = context;
	const details = new Map<string, DetailsPanel>();
	let wizard: WizardPanel | undefined;

	const adoptWizard = (panel: vscode.WebviewPanel, Page: typeof WizardPanel) => {
		const adopted = new Page(panel, extensionUri, source, clock);
		wizard = adopted;
		panel.onDidDispose(() => {
			wizard = wizard === adopted ? undefined : wizard;
		});
	};
	const adoptDetails = (panel: vscode.WebviewPanel, tokenId: string, Page: typeof DetailsPanel) => {
		const adopted = new Page(panel, extensionUri, source, clock, tokenId);
		details.set(tokenId, adopted);
		panel.onDidDispose(() => details.delete(tokenId));
		return adopted;
	};
	const registerOpening = (command: string, title: string, begin: Beginning | null) => {
		register(command, async (argument) => {
			const { tokenFor } = await import('../commands/pickToken');
			const token = await tokenFor({ argument }, { source, clock, title }, begin ?? undefined);
			const { DetailsPanel } = await import('./detailsPanel');
			if (token) {
				const page = details.get(token.id) ?? adoptDetails(createPanel(views.details, token.name), token.id, DetailsPanel);
				page.reveal(begin);
			}
		});
	};

	register(commands.createToken, async () => {
		const { WizardPanel } = await import('./wizardPanel');
		if (wizard && !wizard.finished) {
			wizard.reveal();
		} else {
			adoptWizard(createPanel(views.wizard, vscode.l10n.t('Create Token')), WizardPanel);
		}
	});
	registerOpening(commands.openDetails, vscode.l10n.t('Open Token Details'), null);
	registerOpening(commands.editToken, vscode.l10n.t('Edit Token'), 'edit');
	registerOpening(commands.rotateToken, vscode.l10n.t('Rotate Token'), 'rotate');
	registerOpening(commands.renewToken, vscode.l10n.t('Renew Token'), 'renew');
	context.subscriptions.push(
		vscode.window.registerWebviewPanelSerializer(views.wizard, {
			deserializeWebviewPanel: async (panel: vscode.WebviewPanel) => adoptWizard(panel, (await import('./wizardPanel')).WizardPanel),
		}),
		vscode.window.registerWebviewPanelSerializer(views.details, {
			deserializeWebviewPanel: async (panel, state) => {
				const { DetailsPanel, tokenIdOf } = await import('./detailsPanel');
				const tokenId = tokenIdOf(state);
				if (tokenId === undefined) {
					panel.dispose();
				} else {
					adoptDetails(panel, tokenId, DetailsPanel);
				}
			},
		}),
	);
}

function createPanel(viewType: string, title: string): vscode.WebviewPanel {
	return vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active);
}
