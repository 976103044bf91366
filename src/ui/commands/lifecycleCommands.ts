import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { CommandTarget } from '../../models/commandTargets';
import { deleteTokens, disableTokens, enableTokens } from '../../models/lifecycleActions';
import { commandIds } from '../../models/manifestIds';
import type { CommandHandler } from './commandHandlers';
import { confirm } from './messages';
import { targets } from './targets';

/** *Disable Token*, *Enable Token*, and *Delete Token*, each for one or more tokens. */
export function lifecycleCommands(sources: TokenSources, clock: Clock) {
	const resolve = (target: CommandTarget, title: string, action: 'disable' | 'enable' | 'delete') =>
		targets.resolveTokens(target, { sources, clock, title }, action);
	return {
		[commandIds.disableToken]: async (argument, selection) =>
			disableTokens(await resolve({ argument, selection }, vscode.l10n.t('Disable Token'), 'disable'), confirm),
		[commandIds.enableToken]: async (argument, selection) =>
			enableTokens(await resolve({ argument, selection }, vscode.l10n.t('Enable Token'), 'enable')),
		[commandIds.deleteToken]: async (argument, selection) =>
			deleteTokens(await resolve({ argument, selection }, vscode.l10n.t('Delete Token'), 'delete'), confirm),
	} satisfies Record<string, CommandHandler>;
}
