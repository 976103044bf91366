import * as vscode from 'vscode';
import type { GatewayController, GatewayPhase } from '../../gateway/controller';
import { commands, contextKeys } from '../ids';
import { localProblem } from '../messages';

/** The item of the status bar that shows the gateway's state and address, and the context key that menus go by. */
export class GatewayItem implements vscode.Disposable {
	readonly #item = vscode.window.createStatusBarItem('connectTokens.gateway', vscode.StatusBarAlignment.Left);
	readonly #listening: { dispose(): void };

	constructor(controller: GatewayController) {
		this.#item.name = vscode.l10n.t('Token Gateway');
		this.#item.command = commands.showGateway;
		this.#listening = controller.onDidChange(() => this.#show(controller.phase));
		this.#show(controller.phase);
		this.#item.show();
	}

	dispose(): void {
		this.#listening.dispose();
		this.#item.dispose();
	}

	#show(state: GatewayPhase): void {
		const { text, tooltip, isFailed } = textsOf(state);
		this.#item.text = text;
		this.#item.tooltip = tooltip;
		this.#item.accessibilityInformation = { label: tooltip };
		this.#item.backgroundColor = isFailed ? new vscode.ThemeColor('statusBarItem.errorBackground') : undefined;
		void vscode.commands.executeCommand('setContext', contextKeys.gateway, state.kind);
	}
}

function textsOf(state: GatewayPhase): { text: string; tooltip: string; isFailed?: true } {
	switch (state.kind) {
		case 'stopped':
			return { text: vscode.l10n.t('$(circle-slash) Gateway'), tooltip: vscode.l10n.t('The token gateway is stopped. Click for more.') };
		case 'starting':
			return { text: vscode.l10n.t('$(loading~spin) Gateway'), tooltip: vscode.l10n.t('The token gateway is starting.') };
		case 'running':
			return {
				text: `$(broadcast) ${new URL(state.url).host}`,
				tooltip: vscode.l10n.t('The token gateway listens on {0}. Click for more.', state.url),
			};
		case 'failed':
			return { text: vscode.l10n.t('$(error) Gateway'), tooltip: localProblem(state.problem), isFailed: true };
	}
}
