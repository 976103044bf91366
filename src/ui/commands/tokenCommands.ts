import { commandIds } from '../../models/manifestIds';
import type { CommandHandler } from './commandHandlers';
import { copyTokenToAccount } from './copyTokenToAccount';
import { exportTokens } from './exportTokens';
import { importToken } from './importToken';
import { copyApiKey, copySecret, openTerminal, type KeyCommandServices } from './keyCommands';
import { lifecycleCommands } from './lifecycleCommands';
import { quickCreateToken } from './quickCreateToken';
import { testTokenCommand, type TokenTestServices } from './testToken';
import { tokenMenuCommands } from './tokenMenuCommands';

/** Creates the handlers of the token commands. */
export function tokenCommands(services: KeyCommandServices & TokenTestServices) {
	const { sources, clock } = services;
	return {
		[commandIds.quickCreateToken]: (argument) => quickCreateToken(argument, sources, clock),
		[commandIds.importToken]: () => importToken(sources.workspace, clock),
		[commandIds.exportTokens]: (argument) => exportTokens(argument, sources),
		[commandIds.copyApiKey]: (argument) => copyApiKey({ argument }, services),
		[commandIds.testToken]: (argument) => testTokenCommand({ argument }, services),
		[commandIds.copySecret]: (argument) => copySecret({ argument }, services),
		[commandIds.copyToAccount]: (argument) => copyTokenToAccount({ argument }, sources, clock),
		[commandIds.openTerminal]: (argument) => openTerminal({ argument }, services),
		...lifecycleCommands(sources, clock),
		...tokenMenuCommands(sources, clock),
	} satisfies Record<string, CommandHandler>;
}
