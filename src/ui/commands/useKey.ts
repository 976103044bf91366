import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import { verbatim } from '../messages';
import { copyAuthorization, readAuthorization } from './keys';
import { tokenFor, type Target } from './pickToken';

/** *Copy API Key*: puts the key on the clipboard. */
export async function copyApiKey(target: Target, sources: TokenSources, clock: Clock): Promise<void> {
	const found = await tokenFor(target, { sources, clock, title: vscode.l10n.t('Copy API Key') });
	if (found) {
		await copyAuthorization(found.source, found.token.id);
	}
}

/** *Open Terminal with Token*: a terminal that has the key in `CONNECT_API_KEY`, which no other terminal has. */
export async function openTerminal(target: Target, sources: TokenSources, clock: Clock): Promise<void> {
	const found = await tokenFor(target, { sources, clock, title: vscode.l10n.t('Open Terminal with Token') });
	if (found) {
		const { source, token } = found;
		const terminal = vscode.window.createTerminal({
			name: `${verbatim(token.name)} (${token.id})`,
			iconPath: new vscode.ThemeIcon('key'),
			env: { CONNECT_API_KEY: await readAuthorization(source, token.id) },
			// The editor would write the environment of a terminal that it brings back to disk.
			isTransient: true,
		});
		terminal.show();
	}
}
