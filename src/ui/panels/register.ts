import * as vscode from 'vscode';
import * as v from 'valibot';
import type { Clock, TokenSource } from '../../domain/ports';
import { tokenFor } from '../commands/pickToken';
import type { RegisterCommand } from '../commands/register';
import { commands, views } from '../ids';
import { showDetails } from './detailsPanel';
import { WizardPanel } from './wizardPanel';

const detailsStateSchema = v.object({ tokenId: v.string() });

/** The wizard and the details pages: the commands that open them, and their return after a reload of the window. */
export function registerPanels(context: vscode.ExtensionContext, register: RegisterCommand, source: TokenSource, clock: Clock): void {
	const { extensionUri } = context;
	const details = new Map<string, vscode.WebviewPanel>();
	let wizard: WizardPanel | undefined;

	const adoptWizard = (panel: vscode.WebviewPanel) => {
		const adopted = new WizardPanel(panel, extensionUri, source, clock);
		wizard = adopted;
		panel.onDidDispose(() => {
			wizard = wizard === adopted ? undefined : wizard;
		});
	};
	const adoptDetails = (panel: vscode.WebviewPanel, tokenId: string) => {
		details.set(tokenId, panel);
		panel.onDidDispose(() => details.delete(tokenId));
		showDetails(panel, extensionUri, source, tokenId);
	};

	register(commands.createToken, () => {
		if (wizard && !wizard.finished) {
			wizard.reveal();
		} else {
			adoptWizard(createPanel(views.wizard, vscode.l10n.t('Create Token')));
		}
	});
	register(commands.openDetails, async (argument) => {
		const token = await tokenFor(argument, source, clock, vscode.l10n.t('Open Details'));
		const open = token && details.get(token.id);
		if (open) {
			open.reveal();
		} else if (token) {
			adoptDetails(createPanel(views.details, token.name), token.id);
		}
	});
	context.subscriptions.push(
		vscode.window.registerWebviewPanelSerializer(views.wizard, {
			deserializeWebviewPanel: (panel) => Promise.resolve(adoptWizard(panel)),
		}),
		vscode.window.registerWebviewPanelSerializer(views.details, {
			deserializeWebviewPanel: (panel, state) =>
				Promise.resolve(v.is(detailsStateSchema, state) ? adoptDetails(panel, state.tokenId) : panel.dispose()),
		}),
	);
}

function createPanel(viewType: string, title: string): vscode.WebviewPanel {
	return vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active);
}
