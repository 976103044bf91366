import * as vscode from 'vscode';
import type { GatewayPhase } from '../../domain/gatewayPhase';
import type { GatewayController } from '../../gateway/gatewayController';
import type { UpstreamSetup } from '../../gateway/upstreamSetup';
import { getGatewayStatusBarContent } from '../../models/gatewayTexts';
import { commandIds, contextKeys } from '../../models/manifestIds';

/** Shows the gateway's state in the status bar, and sets the context key for menus. */
export class GatewayStatusBarItem implements vscode.Disposable {
	readonly #item = vscode.window.createStatusBarItem('connectTokens.gateway', vscode.StatusBarAlignment.Left);
	readonly #subscription: { dispose(): void };

	constructor(controller: GatewayController, upstream: UpstreamSetup) {
		this.#item.name = vscode.l10n.t('Token Gateway');
		this.#item.command = commandIds.showGateway;
		const update = () => this.#update(controller.phase, upstream.current);
		this.#subscription = vscode.Disposable.from(controller.onDidChange(update), upstream.onDidChange(update));
		update();
		this.#item.show();
	}

	dispose(): void {
		this.#subscription.dispose();
		this.#item.dispose();
	}

	#update(phase: GatewayPhase, upstream: UpstreamSetup['current']): void {
		const { text, tooltip, themeColor } = getGatewayStatusBarContent(phase, upstream);
		this.#item.text = text;
		this.#item.tooltip = tooltip;
		this.#item.accessibilityInformation = { label: tooltip };
		this.#item.backgroundColor = themeColor === undefined ? undefined : new vscode.ThemeColor(themeColor);
		void vscode.commands.executeCommand('setContext', contextKeys.gateway, phase.kind);
	}
}
