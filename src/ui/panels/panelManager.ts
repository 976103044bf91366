import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import { actionTitle } from '../../models/actionTitles';
import { parseDetailsPageState, type DetailsPage, type DetailsPageContext } from '../../models/detailsPage';
import { escapeLabel } from '../../models/localization';
import { commandIds, viewIds } from '../../models/manifestIds';
import { parseWizardPageState, type WizardPage } from '../../models/wizardPage';
import type { InitialAction } from '../../protocol/detailsMessages';
import type { CommandHandler } from '../commands/commandHandlers';
import { resolveSource } from '../commands/pickSource';
import { resolveToken } from '../commands/pickToken';
import { showDetailsPage } from './detailsPanel';
import { showWizardPage } from './wizardPanel';

/** Opens the wizard and the details pages, and restores them after the window is reloaded. */
export class PanelManager {
	/** All open panels, with the source of the token that they show or create. */
	readonly #sourcesByPanel = new Map<vscode.WebviewPanel, TokenSource>();
	/** By source ID and token ID. */
	readonly #detailsPanels = new Map<string, { readonly panel: vscode.WebviewPanel; readonly page: DetailsPage }>();
	readonly #wizards = new Map<vscode.WebviewPanel, WizardPage>();

	constructor(
		private readonly extensionUri: vscode.Uri,
		private readonly context: DetailsPageContext,
	) {}

	readonly commands = {
		[commandIds.createToken]: (argument) => this.#openWizard(argument),
		[commandIds.openDetails]: (argument) => this.#openDetails(argument, null),
		[commandIds.editToken]: (argument) => this.#openDetails(argument, 'edit'),
		[commandIds.rotateToken]: (argument) => this.#openDetails(argument, 'rotate'),
		[commandIds.renewToken]: (argument) => this.#openDetails(argument, 'renew'),
	} satisfies Record<string, CommandHandler>;

	/** By view type: shows the page of a panel that was open before the window was reloaded. */
	readonly restore = {
		[viewIds.wizard]: (panel: vscode.WebviewPanel, state: unknown) => {
			const { sourceId, createdId } = parseWizardPageState(state);
			const source = this.context.sources.get(sourceId);
			if (source) {
				this.#showWizard(panel, source, createdId);
			} else {
				panel.dispose();
			}
		},
		[viewIds.details]: (panel: vscode.WebviewPanel, state: unknown) => {
			const locator = parseDetailsPageState(state);
			const source = locator && this.context.sources.get(locator.sourceId);
			if (source) {
				this.#showDetails(panel, source, locator.tokenId);
			} else {
				panel.dispose();
			}
		},
	};

	async #openWizard(argument: unknown): Promise<void> {
		const title = vscode.l10n.t('Create Token');
		const source = await resolveSource(argument, this.context.sources, title);
		if (!source) {
			return;
		}
		const [unfinishedPanel] = [...this.#wizards].find(([, wizard]) => !wizard.isFinished && wizard.source === source) ?? [];
		if (unfinishedPanel) {
			unfinishedPanel.reveal();
		} else {
			this.#showWizard(createPanel(viewIds.wizard, title), source, null);
		}
	}

	async #openDetails(argument: unknown, initialAction: InitialAction | null): Promise<void> {
		const title = initialAction ? actionTitle(initialAction) : vscode.l10n.t('Open Token Details');
		const resolved = await resolveToken({ argument }, { ...this.context, title }, initialAction ?? undefined);
		if (resolved) {
			const { source, token } = resolved;
			const { panel, page } =
				this.#detailsPanels.get(panelKey(source, token.id)) ??
				this.#showDetails(createPanel(viewIds.details, escapeLabel(token.name)), source, token.id);
			panel.reveal();
			page.start(initialAction);
		}
	}

	/** Closes the panels of sources that were removed. */
	closeOrphaned(): void {
		const { all } = this.context.sources;
		for (const [panel, source] of [...this.#sourcesByPanel]) {
			if (!all.includes(source)) {
				panel.dispose();
			}
		}
	}

	#showWizard(panel: vscode.WebviewPanel, source: TokenSource, createdId: string | null): void {
		this.#track(panel, source);
		this.#wizards.set(panel, showWizardPage(panel, this.extensionUri, source, this.context.clock, createdId));
		panel.onDidDispose(() => this.#wizards.delete(panel));
	}

	#showDetails(panel: vscode.WebviewPanel, source: TokenSource, tokenId: string): { panel: vscode.WebviewPanel; page: DetailsPage } {
		this.#track(panel, source);
		const detailsPanel = { panel, page: showDetailsPage(panel, this.extensionUri, this.context, source, tokenId) };
		const key = panelKey(source, tokenId);
		this.#detailsPanels.set(key, detailsPanel);
		panel.onDidDispose(() => {
			// The editor restores panels lazily, so a second panel for the same token might have replaced this one.
			if (this.#detailsPanels.get(key) === detailsPanel) {
				this.#detailsPanels.delete(key);
			}
		});
		return detailsPanel;
	}

	#track(panel: vscode.WebviewPanel, source: TokenSource): void {
		this.#sourcesByPanel.set(panel, source);
		panel.onDidDispose(() => this.#sourcesByPanel.delete(panel));
	}
}

function panelKey(source: TokenSource, tokenId: string): string {
	return `${source.id} ${tokenId}`;
}

function createPanel(viewType: string, title: string): vscode.WebviewPanel {
	return vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active);
}
