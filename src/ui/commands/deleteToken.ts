import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import { tokenFor } from './pickToken';

/** *Delete Token*: asks first, naming the token. */
export async function deleteToken(argument: unknown, source: TokenSource, clock: Clock): Promise<void> {
	const token = await tokenFor(argument, source, clock, vscode.l10n.t('Delete Token'));
	if (!token) {
		return;
	}
	const confirm = vscode.l10n.t('Delete');
	const answer = await vscode.window.showWarningMessage(
		vscode.l10n.t('Delete the token “{0}” ({1})?', token.name, token.id),
		{ modal: true, detail: vscode.l10n.t('Its API key stops working at once and cannot be brought back.') },
		confirm,
	);
	if (answer === confirm) {
		await source.delete(token.id);
	}
}
