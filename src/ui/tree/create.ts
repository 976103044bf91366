import * as vscode from 'vscode';
import { isFiltering, noFilter, type TokenFilter } from '../../domain/arrangement';
import type { Clock, GatewayState, TokenSource } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import type { Alarm } from '../alarm';
import type { Action } from '../commands/actions';
import { commands, contextKeys, views } from '../ids';
import { localProblem } from '../messages';
import { filterTokens } from './filterTokens';
import { SourceNode, type TokensTreeNode } from './nodes';
import { sortTokens } from './sortTokens';
import { TokensTree, type Counts } from './tokensTree';
import { ViewState } from './viewState';

/** What is about to end, or has ended. */
const ENDING: TokenFilter = { ...noFilter, statuses: ['expired', 'expiring'] };

/** Has the view show a source and selects it. */
export type ShowSource = (source: TokenSource) => Promise<void>;

/** The Tokens view: its tokens, its order and filter, and above the tokens what is wrong with their source. */
export function createTree(
	context: vscode.ExtensionContext,
	view: vscode.TreeView<TokensTreeNode>,
	changed: vscode.EventEmitter<TokensTreeNode[] | undefined>,
	sources: TokenSources,
	clock: Clock,
	alarm: Alarm,
	gateway: GatewayState,
) {
	const viewState = new ViewState(context.workspaceState);
	const tree = new TokensTree(sources, clock, viewState, alarm, changed, gateway);
	tree.setVisible(view.visible);
	context.subscriptions.push(
		tree,
		viewState,
		viewState.onDidChange(() => tree.refresh()),
		vscode.Disposable.from(gateway.onDidChange(() => tree.refresh())),
		view.onDidChangeVisibility(({ visible }) => tree.setVisible(visible)),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration('connectTokens.expiringDays')) {
				tree.refresh();
			}
		}),
		tree.onDidRead((counts) => showState(view, sources, viewState, counts)),
	);
	const show: ShowSource = async (source) => {
		await vscode.commands.executeCommand(`${views.tokens}.focus`);
		await view.reveal(new SourceNode(source, clock()), { focus: true });
		// To find it, the editor let go of all nodes below the sources: their commands would be given none.
		tree.refresh();
	};
	return { tree, show, actions: treeActions(viewState, sources) };
}

function treeActions(viewState: ViewState, sources: TokenSources) {
	const filter = () => filterTokens(viewState, sources);
	return {
		[commands.sortTokens]: () => sortTokens(viewState),
		[commands.filterTokens]: filter,
		[commands.changeFilter]: filter,
		[commands.clearFilter]: () => viewState.change({ filter: noFilter }),
		[commands.showExpiring]: async () => {
			await viewState.change({ filter: ENDING });
			await vscode.commands.executeCommand(`${views.tokens}.focus`);
		},
	} satisfies Record<string, Action>;
}

/** Says above the tokens what keeps them from being all that there is. */
function showState(view: vscode.TreeView<unknown>, sources: TokenSources, viewState: ViewState, { all, shown }: Counts): void {
	// What is wrong with an account is said below it.
	const { problem } = sources.workspace;
	const isFiltered = isFiltering(viewState.read().filter);
	const hidesAll = isFiltered && all > 0 && shown === 0;
	// An account stays in the view, so that no welcome would say it in its place.
	const filtered = isFiltered && (shown > 0 || sources.all.length > 1) ? vscode.l10n.t('Filtered: {0} of {1}', shown, all) : '';
	view.message = problem ? localProblem(problem) : filtered;
	// With tokens that cannot be read, an invitation to create the first would be a lie.
	setContext(contextKeys.hasProblem, problem !== undefined);
	setContext(contextKeys.isFiltered, isFiltered);
	setContext(contextKeys.hidesAll, hidesAll);
}

function setContext(key: string, value: boolean): void {
	void vscode.commands.executeCommand('setContext', key, value);
}
