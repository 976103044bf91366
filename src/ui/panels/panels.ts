import * as vscode from 'vscode';
import type { Beginning } from '../../protocol/details';
import type { Action } from '../commands/actions';
import { tokenFor } from '../commands/pickToken';
import { commands, views } from '../ids';
import { verbatim } from '../messages';
import { DetailsPanel, tokenIdOf, type DetailsContext } from './detailsPanel';
import { createdIdOf, WizardPanel } from './wizardPanel';

/** The wizard and the details pages: what opens them, and their return after a reload of the window. */
export class Panels {
	readonly #details = new Map<string, DetailsPanel>();
	readonly #wizards = new Set<WizardPanel>();

	constructor(
		private readonly extensionUri: vscode.Uri,
		private readonly context: DetailsContext,
	) {}

	readonly actions = {
		[commands.createToken]: () => this.#openWizard(),
		[commands.openDetails]: (argument) => this.#openDetails(argument, vscode.l10n.t('Open Token Details'), null),
		[commands.editToken]: (argument) => this.#openDetails(argument, vscode.l10n.t('Edit Token'), 'edit'),
		[commands.rotateToken]: (argument) => this.#openDetails(argument, vscode.l10n.t('Rotate Token'), 'rotate'),
		[commands.renewToken]: (argument) => this.#openDetails(argument, vscode.l10n.t('Renew Token'), 'renew'),
	} satisfies Record<string, Action>;

	/** By view: fills a page that was open before the window was reloaded. */
	readonly restore = {
		[views.wizard]: (panel: vscode.WebviewPanel, state: unknown) => this.#adoptWizard(panel, createdIdOf(state)),
		[views.details]: (panel: vscode.WebviewPanel, state: unknown) => {
			const tokenId = tokenIdOf(state);
			if (tokenId === undefined) {
				panel.dispose();
			} else {
				this.#adoptDetails(panel, tokenId);
			}
		},
	};

	#openWizard(): void {
		const unfinished = [...this.#wizards].find(({ finished }) => !finished);
		if (unfinished) {
			unfinished.reveal();
		} else {
			this.#adoptWizard(createPanel(views.wizard, vscode.l10n.t('Create Token')), null);
		}
	}

	async #openDetails(argument: unknown, title: string, begin: Beginning | null): Promise<void> {
		const token = await tokenFor({ argument }, { ...this.context, title }, begin ?? undefined);
		if (token) {
			const page = this.#details.get(token.id) ?? this.#adoptDetails(createPanel(views.details, verbatim(token.name)), token.id);
			page.reveal(begin);
		}
	}

	#adoptWizard(panel: vscode.WebviewPanel, createdId: string | null): void {
		const adopted = new WizardPanel(panel, this.extensionUri, this.context.source, this.context.clock, createdId);
		this.#wizards.add(adopted);
		panel.onDidDispose(() => this.#wizards.delete(adopted));
	}

	#adoptDetails(panel: vscode.WebviewPanel, tokenId: string): DetailsPanel {
		const adopted = new DetailsPanel(panel, this.extensionUri, this.context, tokenId);
		this.#details.set(tokenId, adopted);
		panel.onDidDispose(() => {
			// A page that the editor had not restored yet may have come beside one opened meanwhile.
			if (this.#details.get(tokenId) === adopted) {
				this.#details.delete(tokenId);
			}
		});
		return adopted;
	}
}

function createPanel(viewType: string, title: string): vscode.WebviewPanel {
	return vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active);
}
