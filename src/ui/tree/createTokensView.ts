import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { Clock, GatewayOverview, TokenSource } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { describeFilter } from '../../models/arrangementChoices';
import { ArrangementStore } from '../../models/arrangementStore';
import type { ClockScheduler } from '../../models/clockScheduler';
import { viewIds } from '../../models/manifestIds';
import { TokensTree } from '../../models/tokensTree';
import { tokensViewState, type TokensViewState } from '../../models/tokensViewState';
import { tooltipMarkdown, type TokensTreeNode } from '../../models/treeNodes';
import { setContext } from '../commands/messages';
import { log } from '../log';
import { readExpiringDays } from '../settings';
import { arrangementCommands } from './arrangementCommands';
import { readNodeIdPrefix, toTreeItem } from './treeItems';

export interface TokensViewOptions {
	readonly context: vscode.ExtensionContext;
	readonly view: vscode.TreeView<TokensTreeNode>;
	/** Event of the view's data provider. */
	readonly treeChangeEmitter: vscode.EventEmitter<TokensTreeNode[] | undefined>;
	readonly sources: TokenSources;
	readonly clock: Clock;
	readonly scheduler: ClockScheduler;
	readonly gateway: GatewayOverview;
}

/** The Tokens view's data, and the commands that sort and filter it. */
export function createTokensView({ context, view, treeChangeEmitter, sources, clock, scheduler, gateway }: TokensViewOptions) {
	const arrangementStore = new ArrangementStore(context.workspaceState);
	const idPrefix = readNodeIdPrefix(context.workspaceState);
	const tree = new TokensTree({
		sources,
		clock,
		scheduler,
		gateway,
		log,
		readArrangement: () => arrangementStore.read(),
		readExpiringDays,
		refreshNodes: (nodes) => treeChangeEmitter.fire(nodes),
	});
	tree.setVisible(view.visible);
	context.subscriptions.push(
		tree,
		arrangementStore,
		vscode.Disposable.from(
			arrangementStore.onDidChange(() => void tree.refresh()),
			gateway.onDidChange(() => void tree.refresh()),
		),
		view.onDidChangeVisibility(({ visible }) => tree.setVisible(visible)),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration('connectTokens.expiringDays')) {
				void tree.refresh();
			}
		}),
	);
	let shownState: TokensViewState | undefined;
	tree.onDidRead((counts) => {
		const { filter, groupBy } = arrangementStore.read();
		const state = tokensViewState({
			problem: sources.workspace.problem,
			filterTexts: describeFilter(filter, (id) => tree.getExtensionName(id)),
			isGrouped: groupBy !== undefined,
			counts,
			sourceCount: sources.all.length,
		});
		if (!isDeepStrictEqual(state, shownState)) {
			shownState = state;
			view.message = state.message;
			setContext(state.context);
		}
	});
	return {
		dataProvider: {
			getChildren: (node) => tree.getChildren(node),
			getTreeItem: (node) => toTreeItem(tree.describe(node), idPrefix),
			resolveTreeItem: async (item, node) => {
				const tooltip = await tree.createTooltip(node);
				return tooltip ? Object.assign(item, { tooltip: new vscode.MarkdownString(tooltipMarkdown(tooltip)) }) : item;
			},
		} satisfies vscode.TreeDataProvider<TokensTreeNode>,
		commands: arrangementCommands(arrangementStore, sources),
		/** Shows and selects a source. */
		revealSource: async (source: TokenSource): Promise<void> => {
			await vscode.commands.executeCommand(`${viewIds.tokens}.focus`);
			await tree.reveal(source, (node) => view.reveal(node, { focus: true }));
		},
	};
}
