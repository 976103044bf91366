import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import { commands } from '../ids';
import { copyAuthorization } from './keys';
import { tokenFor } from './pickToken';
import type { RegisterCommand } from './register';

/** Commands about one token, from the tree, a page or the palette. */
export function registerTokenCommands(register: RegisterCommand, source: TokenSource, clock: Clock): void {
	register(commands.copyApiKey, async (argument) => {
		const token = await tokenFor(argument, source, clock, vscode.l10n.t('Copy API Key'));
		if (token) {
			await copyAuthorization(source, token.id);
		}
	});
	register(commands.deleteToken, async (argument) => {
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
	});
}
