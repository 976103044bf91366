import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import { copyAuthorization } from './keys';
import { tokenFor } from './pickToken';

/** *Copy API Key*: puts the key on the clipboard. */
export async function copyApiKey(argument: unknown, source: TokenSource, clock: Clock): Promise<void> {
	const token = await tokenFor(argument, source, clock, vscode.l10n.t('Copy API Key'));
	if (token) {
		await copyAuthorization(source, token.id);
	}
}
