import * as vscode from 'vscode';
import type { GatewayPhase } from '../../domain/gatewayPhase';
import type { GatewayController } from '../../gateway/gatewayController';
import { getGatewayStatusBarContent } from '../../models/gatewayTexts';
import { commandIds, contextKeys } from '../../models/manifestIds';

/** Shows the gateway's state in the status bar, and sets the context key for menus. */
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
		const { text, tooltip, themeColor } = getGatewayStatusBarContent(phase);
		this.#item.text = text;
		this.#item.tooltip = tooltip;
		this.#item.accessibilityInformation = { label: tooltip };
		this.#item.backgroundColor = themeColor === undefined ? undefined : new vscode.ThemeColor(themeColor);
		void vscode.commands.executeCommand('setContext', contextKeys.gateway, phase.kind);
	}
}
