import * as l10n from '@vscode/l10n';
import type { TokenSource } from '../domain/ports';
import type { TokenSources } from '../domain/tokenSources';
import type { InitialAction } from '../protocol/detailsMessages';
import { actionTitle } from './actionTitles';
import type { CommandTargets, TokenPickOptions } from './commandTargets';
import { parseDetailsPageState, type DetailsPage } from './detailsPage';
import { escapeLabel } from './localization';
import { commandIds, viewIds } from './manifestIds';
import { parseWizardPageState, type WizardPage } from './wizardPage';

/** A tab of the editor that shows a page. */
export interface PagePanel {
	/** Brings the panel to the front. */
	reveal(): void;
	/** Closes the panel. */
	dispose(): void;
	/** Calls `listener` when the panel is closed, by the user or by `dispose`. */
	onDidDispose(listener: () => void): unknown;
}

export interface PageManagerOptions<P extends PagePanel> extends Omit<TokenPickOptions, 'title'> {
	readonly targets: Pick<CommandTargets, 'resolveSource' | 'resolveToken'>;
	readonly createPanel: (viewType: string, title: string) => P;
	/** @param createdId ID of the token that the wizard created before the window was reloaded; null if it hasn't created one */
	readonly showWizard: (panel: P, source: TokenSource, createdId: string | null) => Pick<WizardPage, 'isFinished' | 'source'>;
	readonly showDetails: (panel: P, source: TokenSource, tokenId: string) => Pick<DetailsPage, 'start'>;
}

/** Opens the wizard and the details pages, and restores them after the window is reloaded. */
export class PageManager<P extends PagePanel> {
	/** All open panels, with the source of the token that they show or create. */
	readonly #sourcesByPanel = new Map<P, TokenSource>();
	/** By source ID and token ID. */
	readonly #detailsPanels = new Map<string, { readonly panel: P; readonly page: Pick<DetailsPage, 'start'> }>();
	readonly #wizards = new Map<P, Pick<WizardPage, 'isFinished' | 'source'>>();

	constructor(private readonly options: PageManagerOptions<P>) {}

	readonly commands = {
		[commandIds.createToken]: (argument: unknown) => this.#openWizard(argument),
		[commandIds.openDetails]: (argument: unknown) => this.#openDetails(argument, null),
		[commandIds.editToken]: (argument: unknown) => this.#openDetails(argument, 'edit'),
		[commandIds.rotateToken]: (argument: unknown) => this.#openDetails(argument, 'rotate'),
		[commandIds.renewToken]: (argument: unknown) => this.#openDetails(argument, 'renew'),
	};

	/** By view type: shows the page of a panel that was open before the window was reloaded. */
	readonly restore = {
		[viewIds.wizard]: (panel: P, state: unknown) => {
			const { sourceId, createdId } = parseWizardPageState(state);
			const source = this.#sources.get(sourceId);
			if (source) {
				this.#showWizard(panel, source, createdId);
			} else {
				panel.dispose();
			}
		},
		[viewIds.details]: (panel: P, state: unknown) => {
			const locator = parseDetailsPageState(state);
			const source = locator && this.#sources.get(locator.sourceId);
			// The editor restores a panel when it's shown. Before that, the user might have opened another one for the same token.
			const openPanel = source && this.#detailsPanels.get(panelKey(source, locator.tokenId))?.panel;
			if (openPanel) {
				panel.dispose();
				openPanel.reveal();
			} else if (source) {
				this.#showDetails(panel, source, locator.tokenId);
			} else {
				panel.dispose();
			}
		},
	};

	/** Closes the panels of sources that were removed. */
	closeOrphaned(): void {
		const { all } = this.#sources;
		for (const [panel, source] of [...this.#sourcesByPanel]) {
			if (!all.includes(source)) {
				panel.dispose();
			}
		}
	}

	get #sources(): TokenSources {
		return this.options.sources;
	}

	async #openWizard(argument: unknown): Promise<void> {
		const title = l10n.t('Create Token');
		const source = await this.options.targets.resolveSource(argument, this.#sources, title);
		if (!source) {
			return;
		}
		const [unfinishedPanel] = [...this.#wizards].find(([, wizard]) => !wizard.isFinished && wizard.source === source) ?? [];
		if (unfinishedPanel) {
			unfinishedPanel.reveal();
		} else {
			this.#showWizard(this.options.createPanel(viewIds.wizard, title), source, null);
		}
	}

	async #openDetails(argument: unknown, initialAction: InitialAction | null): Promise<void> {
		const { createPanel, targets } = this.options;
		const title = initialAction ? actionTitle(initialAction) : l10n.t('Open Token Details');
		const resolved = await targets.resolveToken({ argument }, { ...this.options, title }, initialAction ?? undefined);
		if (resolved) {
			const { source, token } = resolved;
			const { panel, page } =
				this.#detailsPanels.get(panelKey(source, token.id)) ??
				this.#showDetails(createPanel(viewIds.details, escapeLabel(token.name)), source, token.id);
			panel.reveal();
			page.start(initialAction);
		}
	}

	#showWizard(panel: P, source: TokenSource, createdId: string | null): void {
		this.#track(panel, source);
		this.#wizards.set(panel, this.options.showWizard(panel, source, createdId));
		panel.onDidDispose(() => this.#wizards.delete(panel));
	}

	#showDetails(panel: P, source: TokenSource, tokenId: string) {
		this.#track(panel, source);
		const detailsPanel = { panel, page: this.options.showDetails(panel, source, tokenId) };
		const key = panelKey(source, tokenId);
		this.#detailsPanels.set(key, detailsPanel);
		panel.onDidDispose(() => {
			this.#detailsPanels.delete(key);
		});
		return detailsPanel;
	}

	#track(panel: P, source: TokenSource): void {
		this.#sourcesByPanel.set(panel, source);
		panel.onDidDispose(() => this.#sourcesByPanel.delete(panel));
	}
}

function panelKey(source: TokenSource, tokenId: string): string {
	return `${source.id} ${tokenId}`;
}
