import * as vscode from 'vscode';
import type { ExpiryIndicators } from '../../models/expiryCounts';
import { commandIds } from '../../models/manifestIds';

/** The status bar item for expiring and expired tokens. It's created when there's something to show. */
export class ExpiryStatusBarItem {
	#item: vscode.StatusBarItem | undefined;

	/** @param content undefined hides the item */
	show(content: ExpiryIndicators['statusBar'] | undefined): void {
		if (!content) {
			this.#item?.dispose();
			this.#item = undefined;
			return;
		}
		this.#item ??= createItem();
		this.#item.text = content.text;
		this.#item.tooltip = content.tooltip;
		this.#item.accessibilityInformation = { label: content.accessibleLabel };
		this.#item.backgroundColor = new vscode.ThemeColor(content.themeColor);
		this.#item.show();
	}
}

function createItem(): vscode.StatusBarItem {
	const item = vscode.window.createStatusBarItem('connectTokens.attention', vscode.StatusBarAlignment.Left);
	item.name = vscode.l10n.t('Expiring and Expired Tokens');
	item.command = commandIds.showExpiring;
	return item;
}
