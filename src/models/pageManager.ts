import * as l10n from '@vscode/l10n';
import type { TokenSource } from '../domain/ports';
import type { SourceToken, TokenSources } from '../domain/tokenSources';
import type { InitialAction } from '../protocol/detailsMessages';
import { actionTitle } from './actionTitles';
import type { CommandTargets, TokenPickOptions } from './commandTargets';
import { parseDetailsPageState, type DetailsPage } from './detailsPage';
import { escapeLabel } from './localization';
import { commandIds, viewIds } from './manifestIds';
import { toTarget } from './treeNodes';
import { parseWizardPageState, type WizardPage } from './wizardPage';

/** Two clicks on a token within this time are a double-click, which VS Code doesn't report. */
const MAX_DOUBLE_CLICK_MS = 500;

/** Where a new panel opens. */
export interface PanelPlace<P> {
	/** The panel in whose editor group it opens; undefined for the active group. */
	readonly beside: P | undefined;
	/** Whether the focus stays where it is. */
	readonly preserveFocus: boolean;
}

/** A tab of the editor that shows a page. */
export interface PagePanel {
	/** Brings the panel to the front of its editor group, and focuses it unless `preserveFocus` is true. */
	reveal(viewColumn?: undefined, preserveFocus?: boolean): void;
	/** Closes the panel. */
	dispose(): void;
	/** Calls `listener` when the panel is closed, by the user or by `dispose`. */
	onDidDispose(listener: () => void): unknown;
}

export interface PageManagerOptions<P extends PagePanel> extends Omit<TokenPickOptions, 'title'> {
	readonly targets: Pick<CommandTargets, 'resolveSource' | 'resolveToken'>;
	readonly createPanel: (viewType: string, title: string, place: PanelPlace<P>) => P;
	/** Whether browsing the view opens all pages in one panel, as the editor's setting says. */
	readonly isPreviewEnabled: () => boolean;
	/** @param createdId ID of the token that the wizard created before the window was reloaded; null if it hasn't created one */
	readonly showWizard: (panel: P, source: TokenSource, createdId: string | null) => Pick<WizardPage, 'isFinished' | 'source'>;
	readonly showDetails: (panel: P, source: TokenSource, tokenId: string) => PanelPage;
	readonly showReview: (panel: P) => Promise<void>;
}

/** What the panels need of a details page. */
type PanelPage = Pick<DetailsPage, 'start' | 'hasBeenEdited'>;

interface DetailsPanel<P> {
	readonly panel: P;
	readonly page: PanelPage;
}

const FOCUSED = { beside: undefined, preserveFocus: false };

/** Opens the wizard, the details pages, and the review, and restores them after the window is reloaded. */
export class PageManager<P extends PagePanel> {
	/** All open panels, with the source of the token that they show or create. */
	readonly #sourcesByPanel = new Map<P, TokenSource>();
	/** By source ID and token ID. */
	readonly #detailsPanels = new Map<string, DetailsPanel<P>>();
	/** The panel that the next preview replaces; undefined if there's none, or once the user keeps it. */
	#preview: DetailsPanel<P> | undefined;
	/** What was clicked last in the view, and when, in milliseconds since the epoch. */
	#lastClick: { readonly target: string; readonly at: number } | undefined;
	readonly #wizards = new Map<P, Pick<WizardPage, 'isFinished' | 'source'>>();
	/** The panel with the review of all tokens; undefined if there's none. */
	#reviewPanel: P | undefined;

	constructor(private readonly options: PageManagerOptions<P>) {}

	readonly commands = {
		[commandIds.createToken]: (argument: unknown) => this.#openWizard(argument),
		[commandIds.openDetails]: (argument: unknown) => this.#openDetails(argument, null),
		[commandIds.previewDetails]: (argument: unknown) => this.#handleClick(argument),
		[commandIds.editToken]: (argument: unknown) => this.#openDetails(argument, 'edit'),
		[commandIds.rotateToken]: (argument: unknown) => this.#openDetails(argument, 'rotate'),
		[commandIds.renewToken]: (argument: unknown) => this.#openDetails(argument, 'renew'),
		[commandIds.reviewTokens]: () => this.#openReview(),
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
		[viewIds.review]: async (panel: P) => {
			if (this.#reviewPanel) {
				panel.dispose();
				this.#reviewPanel.reveal();
			} else {
				await this.#showReview(panel);
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
			this.#showWizard(this.options.createPanel(viewIds.wizard, title, FOCUSED), source, null);
		}
	}

	/** A click on a token shows a preview and leaves the focus in the view. A double-click opens a panel to keep. */
	async #handleClick(argument: unknown): Promise<void> {
		const previousClick = this.#lastClick;
		const click = { target: JSON.stringify(toTarget(argument)), at: this.options.clock().getTime() };
		this.#lastClick = click;
		if (click.target === previousClick?.target && click.at - previousClick.at <= MAX_DOUBLE_CLICK_MS) {
			await this.#openDetails(argument, null);
			return;
		}
		const resolved = await this.options.targets.resolveToken({ argument }, { ...this.options, title: l10n.t('Open Token Details') });
		// The user might have clicked something else in the meantime.
		if (resolved && click === this.#lastClick) {
			this.#showPreview(resolved);
		}
	}

	#showPreview({ source, token }: SourceToken): void {
		const open = this.#detailsPanels.get(panelKey(source, token.id));
		if (open) {
			open.panel.reveal(undefined, true);
			return;
		}
		const replaced = this.#preview?.page.hasBeenEdited ? undefined : this.#preview;
		const panel = this.options.createPanel(viewIds.details, escapeLabel(token.name), {
			beside: replaced?.panel,
			preserveFocus: true,
		});
		const preview = this.#showDetails(panel, source, token.id);
		this.#preview = this.options.isPreviewEnabled() ? preview : undefined;
		// After the new panel has opened, so that its group isn't closed and the focus doesn't move.
		replaced?.panel.dispose();
	}

	async #openDetails(argument: unknown, initialAction: InitialAction | null): Promise<void> {
		if (initialAction) {
			// The keyboard shortcut selects the row first, which isn't the first click of a double-click.
			this.#lastClick = undefined;
		}
		const { createPanel, targets } = this.options;
		const title = initialAction ? actionTitle(initialAction) : l10n.t('Open Token Details');
		const resolved = await targets.resolveToken({ argument }, { ...this.options, title }, initialAction ?? undefined);
		if (resolved) {
			const { source, token } = resolved;
			const details =
				this.#detailsPanels.get(panelKey(source, token.id)) ??
				this.#showDetails(createPanel(viewIds.details, escapeLabel(token.name), FOCUSED), source, token.id);
			if (details === this.#preview) {
				this.#preview = undefined;
			}
			details.panel.reveal();
			details.page.start(initialAction);
		}
	}

	async #openReview(): Promise<void> {
		if (this.#reviewPanel) {
			this.#reviewPanel.reveal();
		} else {
			await this.#showReview(this.options.createPanel(viewIds.review, l10n.t('Review Tokens'), FOCUSED));
		}
	}

	async #showReview(panel: P): Promise<void> {
		this.#reviewPanel = panel;
		panel.onDidDispose(() => {
			this.#reviewPanel = undefined;
		});
		await this.options.showReview(panel);
	}

	#showWizard(panel: P, source: TokenSource, createdId: string | null): void {
		this.#track(panel, source);
		this.#wizards.set(panel, this.options.showWizard(panel, source, createdId));
		panel.onDidDispose(() => this.#wizards.delete(panel));
	}

	#showDetails(panel: P, source: TokenSource, tokenId: string): DetailsPanel<P> {
		this.#track(panel, source);
		const detailsPanel = { panel, page: this.options.showDetails(panel, source, tokenId) };
		const key = panelKey(source, tokenId);
		this.#detailsPanels.set(key, detailsPanel);
		panel.onDidDispose(() => {
			this.#detailsPanels.delete(key);
			if (detailsPanel === this.#preview) {
				this.#preview = undefined;
			}
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
