import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { CommandTarget } from '../../models/commandTargets';
import { tokenTerminalOptions } from '../../models/tokenMessages';
import { readTerminalFolder, readTerminalShell } from './terminalSettings';
import type { KeyLoader } from '../keys/keyLoader';
import { copyKey } from './keyAccess';
import { targets } from './targets';

/** Dependencies of the commands that release a key. */
export interface KeyCommandServices {
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly keys: KeyLoader;
}

/** *Copy API Key*. */
export async function copyApiKey(target: CommandTarget, { sources, clock, keys }: KeyCommandServices): Promise<void> {
	const title = vscode.l10n.t('Copy API Key');
	const found = await targets.resolveToken(target, { sources, clock, title });
	if (found) {
		await copyKey(await keys.releaseToCommand(target.argument, found, { title, destination: 'clipboard' }), found.token.id);
	}
}

/** *Copy Secret Only*: the part of the API key after the token's ID, for clients that ask for both. */
export async function copySecret(target: CommandTarget, { sources, clock, keys }: KeyCommandServices): Promise<void> {
	const title = vscode.l10n.t('Copy Secret Only');
	const found = await targets.resolveToken(target, { sources, clock, title });
	if (found) {
		const secret = await keys.releaseToCommand(target.argument, found, { title, destination: 'clipboard', form: 'secret' });
		await copyKey(secret, found.token.id);
	}
}

/** *Open Terminal with Token*: opens a terminal whose environment variable `CONNECT_API_KEY` is the key. */
export async function openTerminal(target: CommandTarget, { sources, clock, keys }: KeyCommandServices): Promise<void> {
	const title = vscode.l10n.t('Open Terminal with Token');
	const found = await targets.resolveToken(target, { sources, clock, title });
	if (found) {
		const authorization = await keys.releaseToCommand(target.argument, found, { title, destination: 'terminal' });
		const terminal = vscode.window.createTerminal({
			...tokenTerminalOptions(found.token, authorization, await readTerminalShell()),
			cwd: readTerminalFolder(),
			iconPath: new vscode.ThemeIcon('key'),
		});
		terminal.show();
	}
}
