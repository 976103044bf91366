import * as vscode from 'vscode';
import type { GatewayController, GatewayPhase } from '../../gateway/gatewayController';
import { commandIds, contextKeys } from '../../models/manifestIds';
import { localizeProblem } from '../../models/localization';

/** The item of the status bar that shows the gateway's state and address, and the context key that menus go by. */
export class GatewayStatusBarItem implements vscode.Disposable {
	readonly #item = vscode.window.createStatusBarItem('connectTokens.gateway', vscode.StatusBarAlignment.Left);
	readonly #subscription: { dispose(): void };

	constructor(controller: GatewayController) {
		this.#item.name = vscode.l10n.t('Token Gateway');
		this.#item.command = commandIds.showGateway;
		this.#subscription = controller.onDidChange(() => this.#update(controller.phase));
		this.#update(controller.phase);
		this.#item.show();
	}

	dispose(): void {
		this.#subscription.dispose();
		this.#item.dispose();
	}

	#update(phase: GatewayPhase): void {
		const { text, tooltip, isFailed } = statusBarTexts(phase);
		this.#item.text = text;
		this.#item.tooltip = tooltip;
		this.#item.accessibilityInformation = { label: tooltip };
		this.#item.backgroundColor = isFailed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
		void vscode.commands.executeCommand('setContext', contextKeys.gateway, phase.kind);
	}
}

function statusBarTexts(phase: GatewayPhase): { text: string; tooltip: string; isFailed?: true } {
	switch (phase.kind) {
		case 'stopped':
			return {
				text: vscode.l10n.t('$(circle-slash) Gateway'),
				tooltip: vscode.l10n.t('Token gateway is stopped. Click for more options.'),
			};
		case 'starting':
			return { text: vscode.l10n.t('$(loading~spin) Gateway'), tooltip: vscode.l10n.t('Token gateway is starting…') };
		case 'running':
			return {
				text: `$(broadcast) ${new URL(phase.url).host}`,
				tooltip: vscode.l10n.t('Token gateway is listening on {0}. Click for more options.', phase.url),
			};
		case 'failed':
			return { text: vscode.l10n.t('$(error) Gateway'), tooltip: localizeProblem(phase.problem), isFailed: true };
	}
}
