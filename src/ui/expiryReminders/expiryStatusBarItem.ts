import * as vscode from 'vscode';
import { commandIds } from '../../models/manifestIds';
import { expiryCountsText, type ExpiryCounts } from '../../models/expiryCounts';

/** The item of the status bar about tokens that are about to end or have ended; it is not there while there are none. */
export class ExpiryStatusBarItem implements vscode.Disposable {
	#item: vscode.StatusBarItem | undefined;

	update(counts: ExpiryCounts): void {
		const { expired, expiring } = counts;
		if (expired + expiring === 0) {
			this.dispose();
			return;
		}
		this.#item ??= createExpiryStatusBarItem();
		const text = expiryCountsText(counts);
		this.#item.text = `$(key) ${text}`;
		this.#item.tooltip = vscode.l10n.t('API tokens: {0}. Click to show them.', text);
		this.#item.accessibilityInformation = { label: vscode.l10n.t('API tokens: {0}', text) };
		this.#item.backgroundColor = new vscode.ThemeColor(`statusBarItem.${expired > 0 ? 'error' : 'warning'}Background`);
		this.#item.show();
	}

	dispose(): void {
		this.#item?.dispose();
		this.#item = undefined;
	}
}

function createExpiryStatusBarItem(): vscode.StatusBarItem {
	const item = vscode.window.createStatusBarItem('connectTokens.attention', vscode.StatusBarAlignment.Left);
	item.name = vscode.l10n.t('Expiring and Expired Tokens');
	item.command = commandIds.showExpiring;
	return item;
}
