import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import type { CommandTarget } from '../../models/commandTargets';
import { deleteTokens, disableTokens, enableTokens } from '../../models/lifecycleActions';
import { disabledText } from '../../models/lifecycleTexts';
import { commandIds } from '../../models/manifestIds';
import type { CommandHandler } from './commandHandlers';
import { showError } from '../errorMessages';
import { confirm } from './messages';
import { targets } from './targets';
import { readUsageLines } from './tokenUses';

/** *Disable Token*, *Enable Token*, and *Delete Token*, each for one or more tokens. */
export function lifecycleCommands(sources: TokenSources, clock: Clock) {
	const resolve = (target: CommandTarget, title: string, action: 'disable' | 'enable' | 'delete') =>
		targets.resolveTokens(target, { sources, clock, title }, action);
	return {
		[commandIds.disableToken]: async (argument, selection) => {
			const tokens = await resolve({ argument, selection }, vscode.l10n.t('Disable Token'), 'disable');
			if (await disableTokens(tokens, confirm)) {
				void offerUndo(tokens).catch(showError);
			}
		},
		[commandIds.enableToken]: async (argument, selection) =>
			enableTokens(await resolve({ argument, selection }, vscode.l10n.t('Enable Token'), 'enable')),
		[commandIds.deleteToken]: async (argument, selection) =>
			deleteTokens(await resolve({ argument, selection }, vscode.l10n.t('Delete Token'), 'delete'), confirm, (found) =>
				readUsageLines(found, clock()),
			),
	} satisfies Record<string, CommandHandler>;
}

/** Says that tokens were disabled, with a button that enables them again. */
async function offerUndo(tokens: readonly SourceToken[]): Promise<void> {
	const undo = vscode.l10n.t('Undo');
	if ((await vscode.window.showInformationMessage(disabledText(tokens), undo)) === undo) {
		await enableTokens(tokens);
	}
}
