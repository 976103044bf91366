import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import { commands } from '../ids';
import type { Action } from './actions';
import { exportTokens } from './exportTokens';
import { importToken } from './importToken';
import { deleteTokens, disableTokens, enableTokens } from './lifecycle';
import { quickCreateToken } from './quickCreate';
import { copyApiKey, openTerminal } from './useKey';

/** Commands about tokens, from the tree, a page or the palette. */
export function tokenActions(sources: TokenSources, clock: Clock) {
	return {
		[commands.quickCreateToken]: (argument) => quickCreateToken(argument, sources, clock),
		[commands.importToken]: () => importToken(sources.workspace, clock),
		[commands.exportTokens]: (argument) => exportTokens(argument, sources),
		[commands.copyApiKey]: (argument) => copyApiKey({ argument }, sources, clock),
		[commands.openTerminal]: (argument) => openTerminal({ argument }, sources, clock),
		[commands.disableToken]: (argument, selection) => disableTokens({ argument, selection }, sources, clock),
		[commands.enableToken]: (argument, selection) => enableTokens({ argument, selection }, sources, clock),
		[commands.deleteToken]: (argument, selection) => deleteTokens({ argument, selection }, sources, clock),
	} satisfies Record<string, Action>;
}
