import type * as vscode from 'vscode';
import { createApi, type ConnectTokensApi } from './api';
import type { Clock } from './domain/ports';
import { TokenSources } from './domain/sources';
import { openAccounts } from './ui/accounts/open';
import { startAttention } from './ui/attention/start';
import { runAction, type Actions, type CommandId } from './ui/commands/actions';
import { tokenActions } from './ui/commands/tokens';
import { openFindings } from './ui/findings/open';
import { openGateway } from './ui/gateway/open';
import { Panels } from './ui/panels/panels';
import { requestFileActions } from './ui/requestFiles/actions';
import { warnOfHistory } from './ui/requestFiles/clientHistory';
import { HandOver } from './ui/requestFiles/handOver';
import { registerProviders } from './ui/requestFiles/providers';
import { ReferencedTokens } from './ui/requestFiles/referencedTokens';
import { createTree } from './ui/tree/create';
import type { TokensTreeNode } from './ui/tree/nodes';
import type { TokensTree } from './ui/tree/tokensTree';
import { createAlarm } from './ui/windowAlarm';
import { openWorkspaceSource } from './ui/workspaceSource';

/** What stands behind the things that `activate` registers. */
export interface Main {
	readonly api: ConnectTokensApi;
	readonly tree: TokensTree;
	/** Fills a page again that was open before the window was reloaded. */
	readonly restore: Panels['restore'];
	/** Runs a command of ours. */
	run(id: CommandId, argument: unknown, selection: unknown): Promise<void>;
	/** Begins what must not wait for the user. */
	start(): Promise<void>;
	/** Ends what must not be cut off. */
	stop(): Promise<void>;
}

/** Puts the extension together. Nothing is read before it is asked for. */
export function compose(
	context: vscode.ExtensionContext,
	view: vscode.TreeView<TokensTreeNode>,
	treeChanged: vscode.EventEmitter<TokensTreeNode[] | undefined>,
): Main {
	const clock: Clock = () => new Date();
	const workspace = openWorkspaceSource(context, clock);
	const sources = new TokenSources(workspace);
	const accounts = openAccounts(context, sources, clock, (source) => show(source));
	const alarm = createAlarm(context, clock);
	const gateway = openGateway(context, sources, accounts.store, clock);
	const { tree, show, actions: treeActions } = createTree(context, view, treeChanged, sources, clock, alarm, gateway.controller);
	const panels = new Panels(context.extensionUri, { sources, gateway: gateway.controller, clock, alarm });
	const findings = openFindings(context, sources, gateway.controller, clock);
	const handOver = new HandOver(sources, clock, alarm);
	const references = new ReferencedTokens(sources, clock, alarm);
	sources.onDidChange(() => panels.closeStranded());
	sources.onDidRotate((rotated) => void warnOfHistory(rotated, sources));
	context.subscriptions.push(sources, workspace, handOver, references, registerProviders(references, clock));

	const actions: Actions = {
		...treeActions,
		...panels.actions,
		...tokenActions(sources, clock),
		...requestFileActions(sources, clock, gateway.controller, handOver),
		...gateway.actions,
		...findings.actions,
		...accounts.actions,
	};
	return {
		api: createApi(context, sources, gateway.controller),
		tree,
		restore: panels.restore,
		run: (id, argument, selection) => runAction(actions[id], argument, selection),
		start: async () => {
			findings.start();
			await Promise.all([startAttention(context, sources, clock, view, alarm), gateway.autoStart(), handOver.update()]);
		},
		stop: () => gateway.controller.stop(),
	};
}
