import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { CommandTarget } from '../../models/commandTargets';
import { tokenTerminalOptions } from '../../models/tokenMessages';
import { copyAuthorization, readAuthorization } from './keyAccess';
import { targets } from './targets';

/** *Copy API Key*. */
export async function copyApiKey(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const found = await targets.resolveToken(target, { sources, clock, title: vscode.l10n.t('Copy API Key') });
	if (found) {
		await copyAuthorization(found.source, found.token.id);
	}
}

/** *Open Terminal with Token*: opens a terminal whose environment variable `CONNECT_API_KEY` is the key. */
export async function openTerminal(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const found = await targets.resolveToken(target, { sources, clock, title: vscode.l10n.t('Open Terminal with Token') });
	if (found) {
		const { source, token } = found;
		const terminal = vscode.window.createTerminal({
			...tokenTerminalOptions(token, await readAuthorization(source, token.id)),
			iconPath: new vscode.ThemeIcon('key'),
		});
		terminal.show();
	}
}
