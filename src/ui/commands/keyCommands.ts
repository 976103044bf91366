import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { escapeLabel } from '../../models/localization';
import { copyAuthorization, readAuthorization } from './keyAccess';
import { resolveToken, type CommandTarget } from './pickToken';

/** *Copy API Key*. */
export async function copyApiKey(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const found = await resolveToken(target, { sources, clock, title: vscode.l10n.t('Copy API Key') });
	if (found) {
		await copyAuthorization(found.source, found.token.id);
	}
}

/** *Open Terminal with Token*: opens a terminal whose environment variable `CONNECT_API_KEY` is the key. */
export async function openTerminal(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const found = await resolveToken(target, { sources, clock, title: vscode.l10n.t('Open Terminal with Token') });
	if (found) {
		const { source, token } = found;
		const terminal = vscode.window.createTerminal({
			name: `${escapeLabel(token.name)} (${token.id})`,
			iconPath: new vscode.ThemeIcon('key'),
			env: { CONNECT_API_KEY: await readAuthorization(source, token.id) },
			// VS Code saves the environment of a persistent terminal to disk.
			isTransient: true,
		});
		terminal.show();
	}
}
