import * as vscode from 'vscode';
import { isFiltering, noFilter, type TokenFilter } from '../../domain/arrangement';
import type { Clock, TokenSource } from '../../domain/ports';
import type { Alarm } from '../alarm';
import type { RegisterCommand } from '../commands/register';
import { commands, contextKeys, views } from '../ids';
import { localProblem } from '../messages';
import { TokensTree, type Counts } from './tokensTree';
import { ViewState } from './viewState';

/** What is about to end, or has ended. */
const ENDING: TokenFilter = { ...noFilter, statuses: ['expired', 'expiring'] };

/** The Tokens view: its tokens, its order and filter, and above the tokens what is wrong with their source. */
export function registerTree(
	context: vscode.ExtensionContext,
	register: RegisterCommand,
	source: TokenSource,
	clock: Clock,
	alarm: Alarm,
): vscode.TreeView<unknown> {
	const viewState = new ViewState(context.workspaceState);
	const tree = new TokensTree(source, clock, viewState, alarm);
	const view = vscode.window.createTreeView(views.tokens, { treeDataProvider: tree, canSelectMany: true });
	const filter = async () => (await import('./filterTokens')).filterTokens(viewState, source);

	register(commands.sortTokens, async () => (await import('./sortTokens')).sortTokens(viewState));
	register(commands.filterTokens, filter);
	register(commands.changeFilter, filter);
	register(commands.clearFilter, () => viewState.change({ filter: noFilter }));
	register(commands.showExpiring, async () => {
		await viewState.change({ filter: ENDING });
		await vscode.commands.executeCommand(`${views.tokens}.focus`);
	});
	context.subscriptions.push(
		tree,
		view,
		viewState,
		viewState.onDidChange(() => tree.refresh()),
		view.onDidChangeVisibility(({ visible }) => tree.setVisible(visible)),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration('connectTokens.expiringDays')) {
				tree.refresh();
			}
		}),
		tree.onDidRead((counts) => void showState(view, source, viewState, counts)),
	);
	return view;
}

/** Says above the tokens what keeps them from being all that there is. */
async function showState(view: vscode.TreeView<unknown>, source: TokenSource, viewState: ViewState, { all, shown }: Counts): Promise<void> {
	const { problem } = source;
	const isFiltered = isFiltering((await viewState.read()).filter);
	const hidesAll = isFiltered && all > 0 && shown === 0;
	const filtered = isFiltered && shown > 0 ? vscode.l10n.t('Filtered: {0} of {1}', shown, all) : '';
	view.message = problem ? localProblem(problem) : filtered;
	// With tokens that cannot be read, an invitation to create the first would be a lie.
	setContext(contextKeys.hasProblem, problem !== undefined);
	setContext(contextKeys.isFiltered, isFiltered);
	setContext(contextKeys.hidesAll, hidesAll);
}

function setContext(key: string, value: boolean): void {
	void vscode.commands.executeCommand('setContext', key, value);
}
