import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import type { InitialAction } from '../../protocol/detailsMessages';
import type { CommandHandler } from '../commands/commandHandlers';
import { resolveSource } from '../commands/pickSource';
import { resolveToken } from '../commands/pickToken';
import { commandIds, viewIds } from '../../models/manifestIds';
import { escapeLabel } from '../../models/localization';
import { DetailsPanel, tokenRefFromPageState, type DetailsContext } from './detailsPanel';
import { wizardPageStateFrom, WizardPanel } from './wizardPanel';

/** The wizard and the details pages: what opens them, and their return after a reload of the window. */
export class PanelManager {
	/** Every page, with where its token is or is to be. */
	readonly #sourcesByPanel = new Map<vscode.WebviewPanel, TokenSource>();
	/** By the ids of source and token. */
	readonly #detailsPanels = new Map<string, DetailsPanel>();
	readonly #wizardPanels = new Set<WizardPanel>();

	constructor(
		private readonly extensionUri: vscode.Uri,
		private readonly context: DetailsContext,
	) {}

	readonly commands = {
		[commandIds.createToken]: (argument) => this.#openWizard(argument),
		[commandIds.openDetails]: (argument) => this.#openDetails(argument, vscode.l10n.t('Open Token Details'), null),
		[commandIds.editToken]: (argument) => this.#openDetails(argument, vscode.l10n.t('Edit Token'), 'edit'),
		[commandIds.rotateToken]: (argument) => this.#openDetails(argument, vscode.l10n.t('Rotate Token'), 'rotate'),
		[commandIds.renewToken]: (argument) => this.#openDetails(argument, vscode.l10n.t('Renew Token'), 'renew'),
	} satisfies Record<string, CommandHandler>;

	/** By view: fills a page that was open before the window was reloaded. */
	readonly restore = {
		[viewIds.wizard]: (panel: vscode.WebviewPanel, state: unknown) => {
			const { sourceId, createdId } = wizardPageStateFrom(state);
			const source = this.context.sources.get(sourceId);
			if (source) {
				this.#attachWizard(panel, source, createdId);
			} else {
				panel.dispose();
			}
		},
		[viewIds.details]: (panel: vscode.WebviewPanel, state: unknown) => {
			const ref = tokenRefFromPageState(state);
			const source = ref && this.context.sources.get(ref.sourceId);
			if (source) {
				this.#attachDetails(panel, source, ref.tokenId);
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
		const unfinished = [...this.#wizardPanels].find((wizard) => !wizard.isFinished && wizard.source === source);
		if (unfinished) {
			unfinished.reveal();
		} else {
			this.#attachWizard(createPanel(viewIds.wizard, title), source, null);
		}
	}

	async #openDetails(argument: unknown, title: string, initialAction: InitialAction | null): Promise<void> {
		const found = await resolveToken({ argument }, { ...this.context, title }, initialAction ?? undefined);
		if (found) {
			const { source, token } = found;
			const detailsPanel =
				this.#detailsPanels.get(panelKey(source, token.id)) ??
				this.#attachDetails(createPanel(viewIds.details, escapeLabel(token.name)), source, token.id);
			detailsPanel.reveal(initialAction);
		}
	}

	/** Closes the pages of sources that are gone: nothing that they offer could be done. */
	closeOrphaned(): void {
		const { all } = this.context.sources;
		for (const [panel, source] of [...this.#sourcesByPanel]) {
			if (!all.includes(source)) {
				panel.dispose();
			}
		}
	}

	#attachWizard(panel: vscode.WebviewPanel, source: TokenSource, createdId: string | null): void {
		this.#track(panel, source);
		const wizardPanel = new WizardPanel(panel, this.extensionUri, source, this.context.clock, createdId);
		this.#wizardPanels.add(wizardPanel);
		panel.onDidDispose(() => this.#wizardPanels.delete(wizardPanel));
	}

	#attachDetails(panel: vscode.WebviewPanel, source: TokenSource, tokenId: string): DetailsPanel {
		this.#track(panel, source);
		const detailsPanel = new DetailsPanel(panel, this.extensionUri, this.context, source, tokenId);
		const key = panelKey(source, tokenId);
		this.#detailsPanels.set(key, detailsPanel);
		panel.onDidDispose(() => {
			// A page that the editor had not restored yet may have come beside one opened meanwhile.
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
