import * as vscode from 'vscode';
import type { TokenSources } from '../../domain/tokenSources';
import { EXPIRING_FILTER, NO_FILTER, type Arrangement } from '../../models/arrangement';
import type { ArrangementStore } from '../../models/arrangementStore';
import { commandIds, viewIds } from '../../models/manifestIds';
import type { CommandHandler } from '../commands/commandHandlers';
import { inputPrompts } from '../commands/inputPrompts';
import { loadOnDemand } from '../loadOnDemand';

/** Creates the handlers of the commands that sort and filter the Tokens view. */
export function arrangementCommands(arrangementStore: ArrangementStore, sources: TokenSources) {
	/** Shows the view, too, because nothing else shows the result of a command from the palette. */
	const update = async (changes: Partial<Arrangement>) => {
		await arrangementStore.update(changes);
		await vscode.commands.executeCommand(`${viewIds.tokens}.focus`);
	};
	const store = {
		read: () => arrangementStore.read(),
		preview: arrangementStore.preview.bind(arrangementStore),
		update,
	};
	const changeFilter = async () => (await loadOnDemand()).filterTokens(inputPrompts, store, sources);
	return {
		[commandIds.sortTokens]: async () => (await loadOnDemand()).sortTokens(inputPrompts, store),
		[commandIds.filterTokens]: changeFilter,
		[commandIds.changeFilter]: changeFilter,
		[commandIds.clearFilter]: () => update({ filter: NO_FILTER }),
		[commandIds.groupByStatus]: () => update({ groupBy: 'status' }),
		[commandIds.ungroupTokens]: () => update({ groupBy: undefined }),
		[commandIds.showExpiring]: () => update({ filter: EXPIRING_FILTER }),
	} satisfies Record<string, CommandHandler>;
}
