import * as vscode from 'vscode';
import type { TokenSource } from '../../domain/ports';
import type { Beginning } from '../../protocol/details';
import type { Action } from '../commands/actions';
import { sourceFor } from '../commands/pickSource';
import { tokenFor } from '../commands/pickToken';
import { commands, views } from '../ids';
import { verbatim } from '../messages';
import { DetailsPanel, tokenRefOf, type DetailsContext } from './detailsPanel';
import { wizardStateOf, WizardPanel } from './wizardPanel';

/** The wizard and the details pages: what opens them, and their return after a reload of the window. */
export class Panels {
	/** Every page, with where its token is or is to be. */
	readonly #open = new Map<vscode.WebviewPanel, TokenSource>();
	/** By the ids of source and token. */
	readonly #details = new Map<string, DetailsPanel>();
	readonly #wizards = new Set<WizardPanel>();

	constructor(
		private readonly extensionUri: vscode.Uri,
		private readonly context: DetailsContext,
	) {}

	readonly actions = {
		[commands.createToken]: (argument) => this.#openWizard(argument),
		[commands.openDetails]: (argument) => this.#openDetails(argument, vscode.l10n.t('Open Token Details'), null),
		[commands.editToken]: (argument) => this.#openDetails(argument, vscode.l10n.t('Edit Token'), 'edit'),
		[commands.rotateToken]: (argument) => this.#openDetails(argument, vscode.l10n.t('Rotate Token'), 'rotate'),
		[commands.renewToken]: (argument) => this.#openDetails(argument, vscode.l10n.t('Renew Token'), 'renew'),
	} satisfies Record<string, Action>;

	/** By view: fills a page that was open before the window was reloaded. */
	readonly restore = {
		[views.wizard]: (panel: vscode.WebviewPanel, state: unknown) => {
			const { sourceId, createdId } = wizardStateOf(state);
			const source = this.context.sources.get(sourceId);
			if (source) {
				this.#adoptWizard(panel, source, createdId);
			} else {
				panel.dispose();
			}
		},
		[views.details]: (panel: vscode.WebviewPanel, state: unknown) => {
			const ref = tokenRefOf(state);
			const source = ref && this.context.sources.get(ref.sourceId);
			if (source) {
				this.#adoptDetails(panel, source, ref.tokenId);
			} else {
				panel.dispose();
			}
		},
	};

	async #openWizard(argument: unknown): Promise<void> {
		const title = vscode.l10n.t('Create Token');
		const source = await sourceFor(argument, this.context.sources, title);
		if (!source) {
			return;
		}
		const unfinished = [...this.#wizards].find((wizard) => !wizard.finished && wizard.source === source);
		if (unfinished) {
			unfinished.reveal();
		} else {
			this.#adoptWizard(createPanel(views.wizard, title), source, null);
		}
	}

	async #openDetails(argument: unknown, title: string, begin: Beginning | null): Promise<void> {
		const found = await tokenFor({ argument }, { ...this.context, title }, begin ?? undefined);
		if (found) {
			const { source, token } = found;
			const page =
				this.#details.get(keyOf(source, token.id)) ??
				this.#adoptDetails(createPanel(views.details, verbatim(token.name)), source, token.id);
			page.reveal(begin);
		}
	}

	/** Closes the pages of sources that are gone: nothing that they offer could be done. */
	closeStranded(): void {
		const { all } = this.context.sources;
		for (const [panel, source] of [...this.#open]) {
			if (!all.includes(source)) {
				panel.dispose();
			}
		}
	}

	#adoptWizard(panel: vscode.WebviewPanel, source: TokenSource, createdId: string | null): void {
		this.#keep(panel, source);
		const adopted = new WizardPanel(panel, this.extensionUri, source, this.context.clock, createdId);
		this.#wizards.add(adopted);
		panel.onDidDispose(() => this.#wizards.delete(adopted));
	}

	#adoptDetails(panel: vscode.WebviewPanel, source: TokenSource, tokenId: string): DetailsPanel {
		this.#keep(panel, source);
		const adopted = new DetailsPanel(panel, this.extensionUri, this.context, source, tokenId);
		const key = keyOf(source, tokenId);
		this.#details.set(key, adopted);
		panel.onDidDispose(() => {
			// A page that the editor had not restored yet may have come beside one opened meanwhile.
			if (this.#details.get(key) === adopted) {
				this.#details.delete(key);
			}
		});
		return adopted;
	}

	#keep(panel: vscode.WebviewPanel, source: TokenSource): void {
		this.#open.set(panel, source);
		panel.onDidDispose(() => this.#open.delete(panel));
	}
}

function keyOf(source: TokenSource, tokenId: string): string {
	return `${source.id} ${tokenId}`;
}

function createPanel(viewType: string, title: string): vscode.WebviewPanel {
	return vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active);
}
