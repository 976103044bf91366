import { homedir } from 'node:os';
import type { LimitFunction } from 'p-limit';
import * as vscode from 'vscode';
import { getMcpPaths } from '../../domain/mcpServers';
import type { Clock, GatewayOverview } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { GatewayController } from '../../gateway/gatewayController';
import { readAuthorizationForUpstream } from '../../gateway/gatewayCredential';
import { readProxyConfiguration } from '../../gateway/proxyConfiguration';
import { UpstreamSetup } from '../../gateway/upstreamSetup';
import type { GatewayConfiguration } from '../../gateway/workerMessages';
import { UpstreamConfirmation } from '../../models/upstreamConfirmation';
import { confirm } from '../commands/messages';
import type { AccountStore } from '../../models/accountStore';
import { currentWorkspaceLocation } from '../currentWorkspaceLocation';
import { GatewayResumption } from '../../models/gatewayResumption';
import { showError, showWarning } from '../errorMessages';
import { log } from '../log';
import {
	isGatewayAutoStartEnabled,
	readGatewayAllowedHosts,
	readGatewayAllowedOrigins,
	readGatewayLogFile,
	readGatewayPort,
	readGatewayUpstream,
	readMcpServers,
	readModulesOrThrow,
} from '../settings';
import { askForApproval } from './askForApproval';
import { GatewayAddressMemory } from './gatewayAddressMemory';
import { createAccountUse } from './configureGateway';
import { gatewayCommands } from './gatewayCommands';
import { GatewayCredentialStore } from './gatewayCredentialStore';
import { offerToUpdateAddress } from './offerToUpdateAddress';
import { GatewayStatusBarItem } from './gatewayStatusBarItem';
import { showListening } from './startGatewayFor';

/** A running gateway is restarted if one of these settings changes. */
const RESTART_SETTINGS = [
	'connectTokens.gateway.upstream',
	'connectTokens.gateway.allowedHosts',
	'connectTokens.gateway.allowedOrigins',
	'connectTokens.gateway.logFile',
	'connectTokens.mcp.servers',
	'connectTokens.modules',
	'http',
];

/**
 * Sets up the gateway of the open workspace: its controller, status bar item, and commands.
 * @param accounts accounts whose keys the gateway can use as its credential
 * @param askInTurn asks one question at a time
 */
export function setUpGateway(
	context: vscode.ExtensionContext,
	sources: TokenSources,
	accounts: AccountStore,
	clock: Clock,
	askInTurn: LimitFunction,
) {
	const credentials = new GatewayCredentialStore(context.secrets);
	const confirmation = new UpstreamConfirmation({
		state: context.globalState,
		confirm,
		isTest: context.extensionMode === vscode.ExtensionMode.Test,
		log,
	});
	/** The port to continue on, while the gateway is being resumed. */
	let resumedPort: number | undefined;
	/** The port that the gateway last listened on. */
	let lastPort = 0;
	const controller = new GatewayController({
		workerPath: context.asAbsolutePath('out/gateway.js'),
		loadConfiguration: async () => {
			const configuration = await readGatewayConfiguration(context, credentials, accounts, resumedPort ?? (readGatewayPort() || lastPort));
			if (configuration.upstream !== null) {
				await confirmation.assertConfirmed(configuration.upstream);
			}
			return configuration;
		},
		clock,
		log,
	});
	const upstream = new UpstreamSetup({
		controller,
		credentials,
		readSetting: readGatewayUpstream,
		writeSetting: (url) =>
			vscode.workspace.getConfiguration('connectTokens').update('gateway.upstream', url, vscode.ConfigurationTarget.Global),
		rememberOrigin: (origin) => confirmation.remember(origin),
		listAccounts: () => accounts.list(),
		log,
	});
	void upstream.refresh();
	const address = new GatewayAddressMemory(context.workspaceState, controller);
	const resumption = new GatewayResumption({ state: context.workspaceState, gateway: controller, readConfiguredPort: readGatewayPort });
	// If any port will do, a restart keeps the one that clients know.
	controller.onDidChange(() => (lastPort = controller.url === undefined ? lastPort : Number(new URL(controller.url).port)));
	const restartIfRunning = () => {
		if (controller.phase.kind === 'running') {
			controller.restart().catch(showError);
		}
	};
	context.subscriptions.push(
		controller,
		upstream,
		address,
		resumption,
		vscode.Disposable.from(address.onDidMove(() => void offerToUpdateAddress(address.current).catch(showError))),
		new GatewayStatusBarItem(controller, upstream),
		vscode.Disposable.from(sources.workspace.onDidChange(() => controller.notifyTokensChanged())),
		vscode.Disposable.from(controller.onDidWarn(showWarning)),
		askForApproval(controller, clock, askInTurn),
		credentials.onDidChange(() => {
			void upstream.refresh();
			restartIfRunning();
		}),
		accounts.onDidChange(() => {
			void upstream.refresh();
			if (upstream.current?.account) {
				restartIfRunning();
			}
		}),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration('connectTokens.gateway.upstream')) {
				void upstream.refresh();
			}
			const usesOtherPort = event.affectsConfiguration('connectTokens.gateway.port') && !isListeningOn(controller, readGatewayPort());
			if (usesOtherPort || RESTART_SETTINGS.some((setting) => event.affectsConfiguration(setting))) {
				restartIfRunning();
			}
		}),
	);
	const services = { controller, credentials, confirmation, upstream, sources, extensionPath: context.extensionPath };
	return {
		controller,
		address,
		/** The gateway's state for the Tokens view. */
		overview: createOverview(controller, upstream),
		accountUse: createAccountUse(services),
		actions: gatewayCommands(services),
		/** Starts the gateway if it was running when the window was closed or reloaded, or if the `connectTokens.gateway.autoStart` setting is on. */
		autoStart: async () => {
			resumedPort = resumption.port;
			if (resumedPort !== undefined || isGatewayAutoStartEnabled()) {
				await controller.start().then(showListening, showError);
				resumedPort = undefined;
			}
		},
		/** Stops the gateway because the window is being closed. It's resumed when the window opens again. */
		suspend: () => {
			resumption.dispose();
			return controller.stop();
		},
	};
}

/** Whether the gateway is listening on a port that the setting allows: 0 allows any. */
function isListeningOn({ url }: GatewayController, port: number): boolean {
	return url !== undefined && (port === 0 || new URL(url).port === String(port));
}

function createOverview(controller: GatewayController, upstream: UpstreamSetup): GatewayOverview {
	return {
		get url() {
			return controller.url;
		},
		get upstream() {
			return upstream.current;
		},
		onDidChange: (listener) => vscode.Disposable.from(controller.onDidChange(listener), upstream.onDidChange(listener)),
	};
}

async function readGatewayConfiguration(
	context: vscode.ExtensionContext,
	credentials: GatewayCredentialStore,
	accounts: AccountStore,
	port: number,
): Promise<Omit<GatewayConfiguration, 'changes'>> {
	const upstream = readGatewayUpstream();
	const { list, paths } = readModulesOrThrow();
	const credential = upstream === null ? undefined : await credentials.read();
	const httpSettings = vscode.workspace.getConfiguration('http');
	return {
		folder: currentWorkspaceLocation(context).folder,
		port,
		upstream,
		credential:
			credential && upstream !== null
				? await readAuthorizationForUpstream(credential, upstream, (sourceId, origin) => accounts.readApiKeyForOrigin(sourceId, origin))
				: null,
		modules: Object.fromEntries(Object.entries(paths).map(([id, prefixes]) => [id, [...prefixes]])),
		mcpPaths: getMcpPaths(readMcpServers(), upstream ?? undefined),
		moduleNames: Object.fromEntries(list.map(({ id, name }) => [id, name])),
		proxy: readProxyConfiguration({ upstream, getHttpSetting: (name) => httpSettings.get(name), environment: process.env }),
		allowedHosts: readGatewayAllowedHosts(),
		allowedOrigins: readGatewayAllowedOrigins(),
		logFile: readGatewayLogFile().replace(/^~(?=[/\\])/, homedir()) || null,
	};
}
