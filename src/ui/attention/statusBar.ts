import * as vscode from 'vscode';
import { commands } from '../ids';
import { attentionText, type AttentionCounts } from './counts';

/** The item of the status bar about tokens that are about to end or have ended; it is not there while there are none. */
export class AttentionItem implements vscode.Disposable {
	#item: vscode.StatusBarItem | undefined;

	show(counts: AttentionCounts): void {
		const { expired, expiring } = counts;
		if (expired + expiring === 0) {
			this.dispose();
			return;
		}
		this.#item ??= createItem();
		const text = attentionText(counts);
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

function createItem(): vscode.StatusBarItem {
	const item = vscode.window.createStatusBarItem('connectTokens.attention', vscode.StatusBarAlignment.Left);
	item.name = vscode.l10n.t('Expiring and Expired Tokens');
	item.command = commands.showExpiring;
	return item;
}
