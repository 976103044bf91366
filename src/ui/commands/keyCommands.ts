import * as vscode from 'vscode';
import { getSecret } from '../../domain/apiKey';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { CommandTarget } from '../../models/commandTargets';
import type { KeyRelease } from '../../models/keyRelease';
import { tokenTerminalOptions } from '../../models/tokenMessages';
import { readTerminalFolder, readTerminalShell } from './terminalSettings';
import { copyAuthorization, copyKey, readAuthorization } from './keyAccess';
import { targets } from './targets';

/** Dependencies of the commands that release a key. */
export interface KeyCommandServices {
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly keyRelease: KeyRelease;
}

/** *Copy API Key*. */
export async function copyApiKey(target: CommandTarget, { sources, clock, keyRelease }: KeyCommandServices): Promise<void> {
	const title = vscode.l10n.t('Copy API Key');
	const found = await targets.resolveToken(target, { sources, clock, title });
	if (found) {
		await keyRelease.assertAllowed(target.argument, found, { title, destination: 'clipboard' });
		await copyAuthorization(found.source, found.token.id);
	}
}

/** *Copy Secret Only*: the part of the API key after the token's ID, for clients that ask for both. */
export async function copySecret(target: CommandTarget, { sources, clock, keyRelease }: KeyCommandServices): Promise<void> {
	const title = vscode.l10n.t('Copy Secret Only');
	const found = await targets.resolveToken(target, { sources, clock, title });
	if (found) {
		await keyRelease.assertAllowed(target.argument, found, { title, destination: 'clipboard' });
		const { id } = found.token;
		await copyKey(getSecret(await readAuthorization(found.source, id)), id);
	}
}

/** *Open Terminal with Token*: opens a terminal whose environment variable `CONNECT_API_KEY` is the key. */
export async function openTerminal(target: CommandTarget, { sources, clock, keyRelease }: KeyCommandServices): Promise<void> {
	const title = vscode.l10n.t('Open Terminal with Token');
	const found = await targets.resolveToken(target, { sources, clock, title });
	if (found) {
		await keyRelease.assertAllowed(target.argument, found, { title, destination: 'terminal' });
		const { source, token } = found;
		const terminal = vscode.window.createTerminal({
			...tokenTerminalOptions(token, await readAuthorization(source, token.id), await readTerminalShell()),
			cwd: readTerminalFolder(),
			iconPath: new vscode.ThemeIcon('key'),
		});
		terminal.show();
	}
}
