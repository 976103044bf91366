import * as vscode from 'vscode';
import type { TokenSources } from '../../domain/tokenSources';
import { EXPIRING_FILTER, NO_FILTER } from '../../models/arrangement';
import { filterTokens, sortTokens } from '../../models/arrangementPrompts';
import type { ArrangementStore } from '../../models/arrangementStore';
import { commandIds, viewIds } from '../../models/manifestIds';
import type { CommandHandler } from '../commands/commandHandlers';
import { inputPrompts } from '../commands/inputPrompts';

/** Creates the handlers of the commands that sort and filter the Tokens view. */
export function arrangementCommands(arrangementStore: ArrangementStore, sources: TokenSources) {
	const changeFilter = () => filterTokens(inputPrompts, arrangementStore, sources);
	return {
		[commandIds.sortTokens]: () => sortTokens(inputPrompts, arrangementStore),
		[commandIds.filterTokens]: changeFilter,
		[commandIds.changeFilter]: changeFilter,
		[commandIds.clearFilter]: () => arrangementStore.update({ filter: NO_FILTER }),
		[commandIds.groupByStatus]: () => arrangementStore.update({ groupBy: 'status' }),
		[commandIds.ungroupTokens]: () => arrangementStore.update({ groupBy: undefined }),
		[commandIds.showExpiring]: async () => {
			await arrangementStore.update({ filter: EXPIRING_FILTER });
			await vscode.commands.executeCommand(`${viewIds.tokens}.focus`);
		},
	} satisfies Record<string, CommandHandler>;
}
