import * as vscode from 'vscode';
import { commandIds } from '../../models/manifestIds';
import { exposedKeysText } from '../../models/tokenHostTexts';
import type { KeyEnvironment } from './keyEnvironment';

/** Shows in the status bar how many keys are exposed, and whose. */
export class ExposedKeysStatusBarItem implements vscode.Disposable {
	readonly #item = vscode.window.createStatusBarItem('connectTokens.exposedKeys', vscode.StatusBarAlignment.Left);
	readonly #subscription: { dispose(): void };

	constructor(keyEnvironment: KeyEnvironment) {
		this.#item.name = vscode.l10n.t('Exposed API keys');
		this.#item.command = commandIds.manageKeyAccess;
		this.#subscription = keyEnvironment.onDidChange(() => this.#update(keyEnvironment));
	}

	dispose(): void {
		this.#subscription.dispose();
		this.#item.dispose();
	}

	#update({ exposedTokens }: KeyEnvironment): void {
		if (exposedTokens.length === 0) {
			this.#item.hide();
			return;
		}
		const text = exposedKeysText(exposedTokens);
		this.#item.text = `$(key) ${exposedTokens.length}`;
		this.#item.tooltip = text;
		this.#item.accessibilityInformation = { label: text };
		this.#item.show();
	}
}
