import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { commandIds } from '../../models/manifestIds';
import type { CommandHandler } from './commandHandlers';
import { copyTokenToAccount } from './copyTokenToAccount';
import { exportTokens } from './exportTokens';
import { importToken } from './importToken';
import { copyApiKey, openTerminal } from './keyCommands';
import { lifecycleCommands } from './lifecycleCommands';
import { quickCreateToken } from './quickCreateToken';

/** Creates the handlers of the token commands. */
export function tokenCommands(sources: TokenSources, clock: Clock) {
	return {
		[commandIds.quickCreateToken]: (argument) => quickCreateToken(argument, sources, clock),
		[commandIds.importToken]: () => importToken(sources.workspace, clock),
		[commandIds.exportTokens]: (argument) => exportTokens(argument, sources),
		[commandIds.copyApiKey]: (argument) => copyApiKey({ argument }, sources, clock),
		[commandIds.copyToAccount]: (argument) => copyTokenToAccount({ argument }, sources, clock),
		[commandIds.openTerminal]: (argument) => openTerminal({ argument }, sources, clock),
		...lifecycleCommands(sources, clock),
	} satisfies Record<string, CommandHandler>;
}
