import * as vscode from 'vscode';
import { isFilterActive, NO_FILTER, type TokenFilter } from '../../models/arrangement';
import type { Clock, GatewayState, TokenSource } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import type { ClockScheduler } from '../../models/clockScheduler';
import type { CommandHandler } from '../commands/commandHandlers';
import { commandIds, contextKeys, viewIds } from '../../models/manifestIds';
import { localizeProblem } from '../../models/localization';
import { filterTokens } from './filterTokens';
import { SourceNode, type TokensTreeNode } from './treeNodes';
import { sortTokens } from './sortTokens';
import { TokensTreeDataProvider, type TokenCounts } from './tokensTreeDataProvider';
import { ArrangementStore } from './arrangementStore';

/** What is about to end, or has ended. */
const EXPIRING_FILTER: TokenFilter = { ...NO_FILTER, statuses: ['expired', 'expiring'] };

/** Has the view show a source and selects it. */
export type RevealSource = (source: TokenSource) => Promise<void>;

/** The Tokens view: its tokens, its order and filter, and above the tokens what is wrong with their source. */
export function createTokensView(
	context: vscode.ExtensionContext,
	view: vscode.TreeView<TokensTreeNode>,
	onDidChangeEmitter: vscode.EventEmitter<TokensTreeNode[] | undefined>,
	sources: TokenSources,
	clock: Clock,
	scheduler: ClockScheduler,
	gateway: GatewayState,
) {
	const arrangementStore = new ArrangementStore(context.workspaceState);
	const treeDataProvider = new TokensTreeDataProvider(sources, clock, arrangementStore, scheduler, onDidChangeEmitter, gateway);
	treeDataProvider.setVisible(view.visible);
	context.subscriptions.push(
		treeDataProvider,
		arrangementStore,
		arrangementStore.onDidChange(() => treeDataProvider.refresh()),
		vscode.Disposable.from(gateway.onDidChange(() => treeDataProvider.refresh())),
		view.onDidChangeVisibility(({ visible }) => treeDataProvider.setVisible(visible)),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration('connectTokens.expiringDays')) {
				treeDataProvider.refresh();
			}
		}),
		treeDataProvider.onDidRead((counts) => updateViewState(view, sources, arrangementStore, counts)),
	);
	const revealSource: RevealSource = async (source) => {
		await vscode.commands.executeCommand(`${viewIds.tokens}.focus`);
		await view.reveal(new SourceNode(source, clock()), { focus: true });
		// To find it, the editor let go of all nodes below the sources: their commands would be given none.
		treeDataProvider.refresh();
	};
	return { tree: treeDataProvider, show: revealSource, actions: treeCommands(arrangementStore, sources) };
}

function treeCommands(arrangementStore: ArrangementStore, sources: TokenSources) {
	const runFilterTokens = () => filterTokens(arrangementStore, sources);
	return {
		[commandIds.sortTokens]: () => sortTokens(arrangementStore),
		[commandIds.filterTokens]: runFilterTokens,
		[commandIds.changeFilter]: runFilterTokens,
		[commandIds.clearFilter]: () => arrangementStore.update({ filter: NO_FILTER }),
		[commandIds.showExpiring]: async () => {
			await arrangementStore.update({ filter: EXPIRING_FILTER });
			await vscode.commands.executeCommand(`${viewIds.tokens}.focus`);
		},
	} satisfies Record<string, CommandHandler>;
}

/** Says above the tokens what keeps them from being all that there is. */
function updateViewState(
	view: vscode.TreeView<unknown>,
	sources: TokenSources,
	arrangementStore: ArrangementStore,
	{ total, shown }: TokenCounts,
): void {
	// What is wrong with an account is said below it.
	const { problem } = sources.workspace;
	const isFiltered = isFilterActive(arrangementStore.read().filter);
	const hidesAll = isFiltered && total > 0 && shown === 0;
	// An account stays in the view, so that no welcome would say it in its place.
	const filterMessage = isFiltered && (shown > 0 || sources.all.length > 1) ? vscode.l10n.t('Showing {0} of {1} tokens', shown, total) : '';
	view.message = problem ? localizeProblem(problem) : filterMessage;
	// With tokens that cannot be read, an invitation to create the first would be a lie.
	setContext(contextKeys.hasProblem, problem !== undefined);
	setContext(contextKeys.isFiltered, isFiltered);
	setContext(contextKeys.hidesAll, hidesAll);
}

function setContext(key: string, value: boolean): void {
	void vscode.commands.executeCommand('setContext', key, value);
}
