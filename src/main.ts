import pLimit from 'p-limit';
import * as vscode from 'vscode';
import { createApi, type ConnectTokensApi } from './api';
import { TokenSources } from './domain/tokenSources';
import { setUpAdoption } from './ui/adoption/setUpAdoption';
import { setUpAccounts } from './ui/accounts/setUpAccounts';
import { startExpiryReminders } from './ui/expiryReminders/startExpiryReminders';
import { setContext } from './ui/commands/messages';
import { runCommandHandler, type CommandHandlers } from './ui/commands/commandHandlers';
import { importApiKey } from './ui/commands/importToken';
import { testToken } from './ui/commands/testToken';
import { PermissionReductions } from './ui/commands/permissionReductions';
import { tokenCommands } from './ui/commands/tokenCommands';
import { readUsageLines } from './ui/commands/tokenUses';
import { diagnosticsCommands } from './ui/diagnosticsCommands';
import { setUpFindings } from './ui/findings/setUpFindings';
import { setUpGateway } from './ui/gateway/setUpGateway';
import { createPageManager } from './ui/panels/createPageManager';
import { requestFileCommands } from './ui/requestFiles/requestFileCommands';
import { cleanRestClientHistory, warnAboutRestClientHistory } from './ui/requestFiles/restClientHistoryCommands';
import { ExposedKeysStatusBarItem } from './ui/requestFiles/exposedKeysStatusBarItem';
import { DocumentRequests } from './ui/requestFiles/documentRequests';
import { LastRequestEditor } from './ui/requestFiles/lastRequestEditor';
import { KeyEnvironment } from './ui/requestFiles/keyEnvironment';
import { TokenHosts } from './ui/requestFiles/tokenHosts';
import { registerReferenceProviders } from './ui/requestFiles/registerReferenceProviders';
import { setUpHttpLanguage } from './ui/requestFiles/setUpHttpLanguage';
import { TokenReferences } from './ui/requestFiles/tokenReferences';
import { createTokensView, type TokensViewOptions } from './ui/tree/createTokensView';
import { Drafts } from './models/drafts';
import { setLanguage } from './models/localization';
import { commandIds, contextKeys, POLICY_STATE_KEY, type CommandId } from './models/manifestIds';
import { resolveShortcut } from './models/shortcutTarget';
import { SecretStorageCheck } from './ui/secretStorageCheck';
import { DraftFile } from './storage/draftFile';
import { currentWorkspaceLocation } from './ui/currentWorkspaceLocation';
import { KeyLoader } from './ui/keys/keyLoader';
import { log } from './ui/log';
import { readExpiringDays, readModules } from './ui/settings';
import type { Agents } from './agents';
import type { Keys } from './keys';
import { AgentsLoader } from './ui/agents/agentsLoader';
import { startLeaseSweep } from './ui/agents/startLeaseSweep';
import type { RequestRow } from './models/requestRows';
import type { Requests } from './requests';
import { RequestsLoader } from './ui/gateway/requestsLoader';
import { createWindowTime } from './ui/windowTime';
import { createWorkspaceSource } from './ui/createWorkspaceSource';

/** What the callbacks that `activate` registers need. */
export interface ExtensionServices {
	readonly api: ConnectTokensApi;
	readonly tree: ReturnType<typeof createTokensView>['dataProvider'];
	/** Restores pages that were open before the window was reloaded. */
	readonly restorePanel: ReturnType<typeof createPageManager>['restore'];
	runCommand(id: CommandId, argument: unknown, selection: unknown): Promise<void>;
	/** Loads what the Requests view shows. */
	loadRequests(): Promise<Requests['dataProvider']>;
	/** Loads what agents can use. */
	loadAgents(): Promise<Agents>;
	/** Loads everything that releases keys. */
	loadKeys(): Promise<Keys>;
	/** Starts everything that runs without user interaction. */
	startBackgroundWork(): Promise<void>;
	/** Saves what only this window knows: the usage that the gateway has counted, and drafts that are being written. */
	saveBeforeExit(): Promise<void>;
}

/** What `activate` provides to the main bundle. */
export interface ExtensionHost extends Pick<TokensViewOptions, 'context' | 'view' | 'treeChangeEmitter'> {
	/** The Requests view, and the event of its data provider. */
	readonly requestsView: vscode.TreeView<RequestRow>;
	readonly requestsChangeEmitter: vscode.EventEmitter<undefined>;
	/** How long `activate` took, in milliseconds. */
	readonly activationMs: number;
}

/** Creates the extension's parts and connects them. Reads no tokens yet. */
export function composeExtension(host: ExtensionHost): ExtensionServices {
	logActivation(host);
	const { context, view } = host;
	setLanguage(vscode.env.language, vscode.l10n.bundle);
	const { clock, scheduler } = createWindowTime(context);
	const workspaceSource = createWorkspaceSource(context, clock);
	const sources = new TokenSources(workspaceSource, log);
	sources.onDidChange((source) => {
		if (!source) {
			log.info(`Opened sources (accounts: ${sources.all.length - 1})`);
		}
	});
	// A question that waits for another one in VS Code would seem to be on screen, and a key press meant for the other one could answer it.
	const askInTurn = pLimit(1);
	const keys = new KeyLoader({
		...{ context, sources, clock, scheduler, readHosts: () => hosts.read(), askInTurn },
		runTool: async (...call) => (await agents.load()).runTool(...call),
		loadPolicy: () => loadPolicy(),
	});
	const loadPolicy = async () => (await import('./gatewayPolicy')).composeGatewayPolicy({ context, sources, clock, log });
	const accounts = setUpAccounts({ context, sources, clock, revealSource: (source) => tokensView.revealSource(source) });
	const gateway = setUpGateway(context, sources, accounts.store, clock, askInTurn);
	const { requestsView, requestsChangeEmitter: changeEmitter } = host;
	const requests = new RequestsLoader({ context, view: requestsView, changeEmitter, sources, gateway: gateway.controller, clock, log });
	const importKey = (apiKey: string, name?: string) => importApiKey(apiKey, workspaceSource, clock, name);
	const agents = new AgentsLoader({
		context,
		sources,
		gateway: gateway.controller,
		accountUse: gateway.accountUse,
		importApiKey: importKey,
		keys,
		clock,
		log,
		askInTurn,
	});
	const hosts = new TokenHosts({ context, sources, gatewayAddress: gateway.address, clock });
	const tokensView = createTokensView({ ...host, sources, clock, scheduler, gateway: gateway.overview });
	const drafts = new Drafts(new DraftFile(currentWorkspaceLocation(context).folder, log), clock, log);
	const reductions = new PermissionReductions(currentWorkspaceLocation(context).folder, sources, clock);
	const pages = createPageManager(context.extensionUri, keys, {
		sources,
		gateway: gateway.controller,
		hosts,
		drafts,
		clock,
		scheduler,
		readExpiringDays,
		readModulePaths: () => readModules().paths,
		testToken: (found) => testToken(found, gateway.controller, keys),
		readReduction: (tokenId) => reductions.read(tokenId),
		readUsageLines: (found) => readUsageLines(found, clock()),
	});
	const adoption = setUpAdoption(context, workspaceSource);
	const documentRequests = new DocumentRequests();
	const lastRequestEditor = new LastRequestEditor();
	const findings = setUpFindings(context, { sources, gateway: gateway.controller, hosts, documentRequests, clock });
	const keyEnvironment = new KeyEnvironment({ sources, clock, scheduler, hosts, documentRequests, keys });
	const tokenReferences = new TokenReferences({ sources, clock, scheduler });
	sources.onDidChange(() => pages.closeOrphaned());
	sources.onDidRotate((rotated) => void warnAboutRestClientHistory(rotated, sources));
	context.subscriptions.push(
		keys,
		agents,
		reductions,
		requests,
		sources,
		workspaceSource,
		hosts,
		documentRequests,
		lastRequestEditor,
		keyEnvironment,
		new ExposedKeysStatusBarItem(keyEnvironment),
		tokenReferences,
		registerReferenceProviders(tokenReferences, hosts, documentRequests, clock),
		setUpHttpLanguage(),
	);
	const isTest = context.extensionMode === vscode.ExtensionMode.Test;

	const secretStorageCheck = new SecretStorageCheck(context);
	const creationCommands: readonly CommandId[] = [commandIds.createToken, commandIds.quickCreateToken, commandIds.importToken];

	const commandHandlers: CommandHandlers = {
		...tokensView.commands,
		...pages.commands,
		...reductions.commands,
		...tokenCommands({ sources, clock, keys, gateway: gateway.controller }),
		...requestFileCommands({
			sources,
			clock,
			gateway: gateway.controller,
			keyEnvironment,
			keys,
			hosts,
			documentRequests,
			lastRequestEditor,
			isTest,
		}),
		...gateway.actions,
		...requests.commands,
		...findings.actions,
		...accounts.createActions(gateway.accountUse),
		...adoption.actions,
		[commandIds.findKeysOutsideWorkspace]: async () =>
			(await import('./keySearch')).searchKeys({
				context,
				sources,
				log,
				importApiKey: importKey,
				addAccount: accounts.add,
				cleanHistory: () => cleanRestClientHistory(sources),
			}),
		[commandIds.leaseToken]: async () => (await agents.load()).leaseToken(),
		[commandIds.useGatewayForMcpServers]: async () => (await agents.load()).takeOverServers(),
		[commandIds.exportGatewayPolicy]: async () => (await loadPolicy()).exportPolicy(),
		[commandIds.pushGatewayPolicy]: async () => (await loadPolicy()).pushPolicy(),
		[commandIds.pullGatewayCounts]: async () => (await loadPolicy()).pullCounts(),
		[commandIds.installCommandLine]: async () => (await keys.load()).installCommandLine(),
		...diagnosticsCommands(context, sources, gateway.controller),
	};
	return {
		api: createApi(sources, gateway.controller, keys),
		tree: tokensView.dataProvider,
		restorePanel: pages.restore,
		runCommand: (id, argument, selection) => {
			if (creationCommands.includes(id)) {
				void secretStorageCheck.warn();
			}
			const target = resolveShortcut({ argument, selection }, view.selection);
			return target ? runCommandHandler(id, commandHandlers[id], target) : Promise.resolve();
		},
		loadRequests: async () => (await requests.load()).dataProvider,
		loadKeys: () => keys.load(),
		loadAgents: () => agents.load(),
		startBackgroundWork: async () => {
			findings.start();
			reductions.start();
			startLeaseSweep(context, { sources, clock, scheduler, log });
			void adoption.start();
			void secretStorageCheck.start();
			setContext({ [contextKeys.hasGatewayPolicy]: context.workspaceState.get(POLICY_STATE_KEY) !== undefined });
			await Promise.all([
				startExpiryReminders({ context, sources, clock, view, scheduler }),
				gateway.autoStart(),
				keyEnvironment.update(),
				keys.load(),
			]);
		},
		saveBeforeExit: async () => {
			await Promise.all([gateway.suspend(), drafts.settle()]);
		},
	};
}

function logActivation({ context, activationMs }: ExtensionHost): void {
	const { version } = context.extension.packageJSON as { version: string };
	log.info(`Activated ${version} in ${Math.round(activationMs)} ms`);
}
