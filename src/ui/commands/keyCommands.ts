import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { escapeLabel } from '../../models/localization';
import { copyAuthorization, readAuthorization } from './keyAccess';
import { resolveToken, type CommandTarget } from './pickToken';

/** *Copy API Key*: puts the key on the clipboard. */
export async function copyApiKey(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const found = await resolveToken(target, { sources, clock, title: vscode.l10n.t('Copy API Key') });
	if (found) {
		await copyAuthorization(found.source, found.token.id);
	}
}

/** *Open Terminal with Token*: a terminal that has the key in `CONNECT_API_KEY`, which no other terminal has. */
export async function openTerminal(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	const found = await resolveToken(target, { sources, clock, title: vscode.l10n.t('Open Terminal with Token') });
	if (found) {
		const { source, token } = found;
		const terminal = vscode.window.createTerminal({
			name: `${escapeLabel(token.name)} (${token.id})`,
			iconPath: new vscode.ThemeIcon('key'),
			env: { CONNECT_API_KEY: await readAuthorization(source, token.id) },
			// The editor would write the environment of a terminal that it brings back to disk.
			isTransient: true,
		});
		terminal.show();
	}
}
