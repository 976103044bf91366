import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import * as actions from '../../models/lifecycleActions';
import type { ConfirmationText } from '../../models/lifecycleTexts';
import { resolveTokens, type CommandTarget } from './pickToken';

/** *Disable Token*, for one or more tokens. */
export async function disableTokens(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	await actions.disableTokens(await resolveTokens(target, { sources, clock, title: vscode.l10n.t('Disable Token') }, 'disable'), confirm);
}

/** *Enable Token*, for one or more tokens. */
export async function enableTokens(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	await actions.enableTokens(await resolveTokens(target, { sources, clock, title: vscode.l10n.t('Enable Token') }, 'enable'));
}

/** *Delete Token*, for one or more tokens. */
export async function deleteTokens(target: CommandTarget, sources: TokenSources, clock: Clock): Promise<void> {
	await actions.deleteTokens(await resolveTokens(target, { sources, clock, title: vscode.l10n.t('Delete Token') }, 'delete'), confirm);
}

async function confirm({ message, detail }: ConfirmationText, action: string): Promise<boolean> {
	return (await vscode.window.showWarningMessage(message, { modal: true, detail }, action)) === action;
}
