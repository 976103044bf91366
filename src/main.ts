import * as vscode from 'vscode';
import { createApi, type ConnectTokensApi } from './api';
import type { Clock } from './domain/ports';
import { TokenSources } from './domain/tokenSources';
import { setUpAccounts } from './ui/accounts/setUpAccounts';
import { startExpiryReminders } from './ui/expiryReminders/startExpiryReminders';
import { runCommandHandler, type CommandHandlers, type CommandId } from './ui/commands/commandHandlers';
import { tokenCommands } from './ui/commands/tokenCommands';
import { diagnosticsCommands } from './ui/diagnosticsCommands';
import { setUpFindings } from './ui/findings/setUpFindings';
import { setUpGateway } from './ui/gateway/setUpGateway';
import { PanelManager } from './ui/panels/panelManager';
import { requestFileCommands } from './ui/requestFiles/requestFileCommands';
import { warnAboutRestClientHistory } from './ui/requestFiles/restClientHistoryCommands';
import { KeyEnvironment } from './ui/requestFiles/keyEnvironment';
import { registerReferenceProviders } from './ui/requestFiles/registerReferenceProviders';
import { TokenReferences } from './ui/requestFiles/tokenReferences';
import { createTokensView } from './ui/tree/createTokensView';
import type { TokensTreeNode } from './ui/tree/treeNodes';
import type { TokensTreeDataProvider } from './ui/tree/tokensTreeDataProvider';
import { setLanguage } from './models/localization';
import { createWindowScheduler } from './ui/windowScheduler';
import { createWorkspaceSource } from './ui/createWorkspaceSource';

/** What stands behind the things that `activate` registers. */
export interface ExtensionServices {
	readonly api: ConnectTokensApi;
	readonly tree: TokensTreeDataProvider;
	/** Fills a page again that was open before the window was reloaded. */
	readonly restorePanel: PanelManager['restore'];
	/** Runs a command of ours. */
	runCommand(id: CommandId, argument: unknown, selection: unknown): Promise<void>;
	/** Begins what must not wait for the user. */
	startBackgroundWork(): Promise<void>;
	/** Ends what must not be cut off. */
	stopGateway(): Promise<void>;
}

/** Puts the extension together. Nothing is read before it is asked for. */
export function composeExtension(
	context: vscode.ExtensionContext,
	view: vscode.TreeView<TokensTreeNode>,
	treeChangeEmitter: vscode.EventEmitter<TokensTreeNode[] | undefined>,
): ExtensionServices {
	setLanguage(vscode.env.language, vscode.l10n.bundle);
	const clock: Clock = () => new Date();
	const workspaceSource = createWorkspaceSource(context, clock);
	const sources = new TokenSources(workspaceSource);
	const accounts = setUpAccounts({ context, sources, clock, revealSource: (source) => revealSource(source) });
	const scheduler = createWindowScheduler(context, clock);
	const gateway = setUpGateway(context, sources, accounts.store, clock);
	const {
		tree,
		show: revealSource,
		actions: treeActions,
	} = createTokensView(context, view, treeChangeEmitter, sources, clock, scheduler, gateway.controller);
	const panels = new PanelManager(context.extensionUri, { sources, gateway: gateway.controller, clock, scheduler });
	const findings = setUpFindings(context, { sources, gateway: gateway.controller, clock });
	const keyEnvironment = new KeyEnvironment({ sources, clock, scheduler });
	const tokenReferences = new TokenReferences({ sources, clock, scheduler });
	sources.onDidChange(() => panels.closeOrphaned());
	sources.onDidRotate((rotated) => void warnAboutRestClientHistory(rotated, sources));
	context.subscriptions.push(sources, workspaceSource, keyEnvironment, tokenReferences, registerReferenceProviders(tokenReferences, clock));

	const commandHandlers: CommandHandlers = {
		...treeActions,
		...panels.commands,
		...tokenCommands(sources, clock),
		...requestFileCommands({ sources, clock, gateway: gateway.controller, keyEnvironment }),
		...gateway.actions,
		...findings.actions,
		...accounts.actions,
		...diagnosticsCommands(context, sources, gateway.controller),
	};
	return {
		api: createApi(context, sources, gateway.controller),
		tree,
		restorePanel: panels.restore,
		runCommand: (id, argument, selection) => runCommandHandler(id, commandHandlers[id], argument, selection),
		startBackgroundWork: async () => {
			findings.start();
			await Promise.all([startExpiryReminders(context, sources, clock, view, scheduler), gateway.autoStart(), keyEnvironment.update()]);
		},
		stopGateway: () => gateway.controller.stop(),
	};
}
