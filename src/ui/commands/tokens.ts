import type { Clock, WorkspaceTokens } from '../../domain/ports';
import { commands } from '../ids';
import type { Action } from './actions';
import { exportTokens } from './exportTokens';
import { importToken } from './importToken';
import { deleteTokens, disableTokens, enableTokens } from './lifecycle';
import { quickCreateToken } from './quickCreate';
import { copyApiKey, openTerminal } from './useKey';

/** Commands about tokens, from the tree, a page or the palette. */
export function tokenActions(source: WorkspaceTokens, clock: Clock) {
	return {
		[commands.quickCreateToken]: () => quickCreateToken(source, clock),
		[commands.importToken]: () => importToken(source, clock),
		[commands.exportTokens]: () => exportTokens(source),
		[commands.copyApiKey]: (argument) => copyApiKey({ argument }, source, clock),
		[commands.openTerminal]: (argument) => openTerminal({ argument }, source, clock),
		[commands.disableToken]: (argument, selection) => disableTokens({ argument, selection }, source, clock),
		[commands.enableToken]: (argument, selection) => enableTokens({ argument, selection }, source, clock),
		[commands.deleteToken]: (argument, selection) => deleteTokens({ argument, selection }, source, clock),
	} satisfies Record<string, Action>;
}
