import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { GatewayController } from '../../gateway/gatewayController';
import type { GatewayConfiguration } from '../../gateway/workerMessages';
import type { AccountStore } from '../../models/accountStore';
import { currentWorkspaceLocation } from '../currentWorkspaceLocation';
import { localizeError, localizeProblem } from '../../models/localization';
import { isGatewayAutoStartEnabled, readModulesOrThrow, readGatewayPort, readGatewayUpstream } from '../settings';
import { gatewayCommands } from './gatewayCommands';
import { GatewayCredentialStore, type GatewayCredential } from './gatewayCredentialStore';
import { readProxySettings } from './proxySettings';
import { GatewayStatusBarItem } from './gatewayStatusBarItem';

/** Settings whose change a running gateway follows by a restart. */
const RESTART_SETTINGS = ['connectTokens.gateway.port', 'connectTokens.gateway.upstream', 'connectTokens.modules', 'http'];

/**
 * The gateway of the open workspace: what runs it, what shows it, and the commands on it.
 * @param accounts whose keys it may use before its upstream
 */
export function setUpGateway(context: vscode.ExtensionContext, sources: TokenSources, accounts: AccountStore, clock: Clock) {
	const credentials = new GatewayCredentialStore(context.secrets);
	const controller = new GatewayController(
		context.asAbsolutePath('out/gateway.js'),
		() => readGatewayConfiguration(context, credentials, accounts),
		clock,
	);
	const restartIfRunning = () => {
		if (controller.phase.kind === 'running') {
			controller.restart().catch((error: unknown) => void vscode.window.showErrorMessage(localizeError(error)));
		}
	};
	context.subscriptions.push(
		controller,
		new GatewayStatusBarItem(controller),
		vscode.Disposable.from(sources.workspace.onDidChange(() => controller.notifyTokensChanged())),
		vscode.Disposable.from(controller.onDidWarn((warning) => void vscode.window.showWarningMessage(localizeProblem(warning)))),
		credentials.onDidChange(restartIfRunning),
		accounts.onDidChange(async () => {
			const credential = await credentials.read().catch(() => undefined);
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
		actions: gatewayCommands(controller, credentials, sources),
		/** Starts the gateway where the user wants it started with the window. */
		autoStart: async () => {
			if (isGatewayAutoStartEnabled()) {
				await controller.start().catch((error: unknown) => void vscode.window.showErrorMessage(localizeError(error)));
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
	return {
		folder: currentWorkspaceLocation(context).folder,
		port: readGatewayPort(),
		upstream,
		// What was given for one origin is never sent to another.
		credential:
			credential && upstream !== null && credential.origin === originOf(upstream) ? await readAuthorizationFor(credential, accounts) : null,
		modules: Object.fromEntries(Object.entries(paths).map(([id, prefixes]) => [id, [...prefixes]])),
		moduleNames: Object.fromEntries(list.map(({ id, name }) => [id, name])),
		proxy: readProxySettings(upstream),
	};
}

/** @throws ProblemError when it is the key of an account that is not there: callers' own keys must not go to the upstream instead */
async function readAuthorizationFor(credential: GatewayCredential, accounts: AccountStore): Promise<string> {
	if ('authorization' in credential) {
		return credential.authorization;
	}
	const authorization = await accounts.readApiKeyForOrigin(credential.sourceId, credential.origin);
	if (authorization === undefined) {
		throw problem('The gateway is set up to use an account that was removed. Choose another account or set a gateway credential.');
	}
	return authorization;
}

function originOf(upstream: string): string {
	return new URL(upstream).origin;
}
