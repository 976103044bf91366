import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { GatewayController } from '../../gateway/gatewayController';
import { readAuthorizationForUpstream } from '../../gateway/gatewayCredential';
import { readProxyConfiguration } from '../../gateway/proxyConfiguration';
import type { GatewayConfiguration } from '../../gateway/workerMessages';
import { UpstreamConfirmation } from '../../models/upstreamConfirmation';
import { confirm } from '../commands/messages';
import type { AccountStore } from '../../models/accountStore';
import { currentWorkspaceLocation } from '../currentWorkspaceLocation';
import { localizeProblem } from '../../models/localization';
import { showError } from '../errorMessages';
import { log } from '../log';
import {
	isGatewayAutoStartEnabled,
	readGatewayAllowedHosts,
	readGatewayAllowedOrigins,
	readGatewayPort,
	readGatewayUpstream,
	readModulesOrThrow,
} from '../settings';
import { GatewayAddressMemory } from './gatewayAddressMemory';
import { gatewayCommands } from './gatewayCommands';
import { GatewayCredentialStore } from './gatewayCredentialStore';
import { offerToUpdateAddress } from './offerToUpdateAddress';
import { GatewayStatusBarItem } from './gatewayStatusBarItem';

/** A running gateway is restarted if one of these settings changes. */
const RESTART_SETTINGS = [
	'connectTokens.gateway.port',
	'connectTokens.gateway.upstream',
	'connectTokens.gateway.allowedHosts',
	'connectTokens.gateway.allowedOrigins',
	'connectTokens.modules',
	'http',
];

/**
 * Sets up the gateway of the open workspace: its controller, status bar item, and commands.
 * @param accounts accounts whose keys the gateway can use as its credential
 */
export function setUpGateway(context: vscode.ExtensionContext, sources: TokenSources, accounts: AccountStore, clock: Clock) {
	const credentials = new GatewayCredentialStore(context.secrets);
	const upstreams = new UpstreamConfirmation({
		state: context.globalState,
		confirm,
		isTest: context.extensionMode === vscode.ExtensionMode.Test,
		log,
	});
	const controller = new GatewayController({
		workerPath: context.asAbsolutePath('out/gateway.js'),
		loadConfiguration: async () => {
			const configuration = await readGatewayConfiguration(context, credentials, accounts);
			if (configuration.upstream !== null) {
				await upstreams.assertConfirmed(configuration.upstream);
			}
			return configuration;
		},
		clock,
		log,
	});
	const address = new GatewayAddressMemory(context.workspaceState, controller);
	const restartIfRunning = () => {
		if (controller.phase.kind === 'running') {
			controller.restart().catch(showError);
		}
	};
	context.subscriptions.push(
		controller,
		address,
		vscode.Disposable.from(address.onDidMove(() => void offerToUpdateAddress(address.current).catch(showError))),
		new GatewayStatusBarItem(controller),
		vscode.Disposable.from(sources.workspace.onDidChange(() => controller.notifyTokensChanged())),
		vscode.Disposable.from(controller.onDidWarn((warning) => void vscode.window.showWarningMessage(localizeProblem(warning)))),
		credentials.onDidChange(restartIfRunning),
		accounts.onDidChange(async () => {
			const credential = await credentials.read().catch(logFailure(log, 'read the gateway credential'));
			if (credential && 'sourceId' in credential) {
				restartIfRunning();
			}
		}),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (RESTART_SETTINGS.some((setting) => event.affectsConfiguration(setting))) {
				restartIfRunning();
			}
		}),
	);
	return {
		controller,
		address,
		actions: gatewayCommands({ controller, credentials, upstreams, sources }),
		/** Starts the gateway if the `connectTokens.gateway.autoStart` setting is on. */
		autoStart: async () => {
			if (isGatewayAutoStartEnabled()) {
				await controller.start().catch(showError);
			}
		},
	};
}

async function readGatewayConfiguration(
	context: vscode.ExtensionContext,
	credentials: GatewayCredentialStore,
	accounts: AccountStore,
): Promise<Omit<GatewayConfiguration, 'changes'>> {
	const upstream = readGatewayUpstream();
	const { list, paths } = readModulesOrThrow();
	const credential = upstream === null ? undefined : await credentials.read();
	const httpSettings = vscode.workspace.getConfiguration('http');
	return {
		folder: currentWorkspaceLocation(context).folder,
		port: readGatewayPort(),
		upstream,
		credential:
			credential && upstream !== null
				? await readAuthorizationForUpstream(credential, upstream, (sourceId, origin) => accounts.readApiKeyForOrigin(sourceId, origin))
				: null,
		modules: Object.fromEntries(Object.entries(paths).map(([id, prefixes]) => [id, [...prefixes]])),
		moduleNames: Object.fromEntries(list.map(({ id, name }) => [id, name])),
		proxy: readProxyConfiguration({ upstream, getHttpSetting: (name) => httpSettings.get(name), environment: process.env }),
		allowedHosts: readGatewayAllowedHosts(),
		allowedOrigins: readGatewayAllowedOrigins(),
	};
}
