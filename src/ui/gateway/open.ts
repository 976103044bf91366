import * as vscode from 'vscode';
import type { Clock, TokenSource } from '../../domain/ports';
import { GatewayController } from '../../gateway/controller';
import type { GatewayConfiguration } from '../../gateway/messages';
import { openLocation } from '../location';
import { localError, localProblem } from '../messages';
import { autoStartsGateway, describedModules, gatewayPort, gatewayUpstream } from '../settings';
import { gatewayActions } from './actions';
import { CredentialStore } from './credential';
import { proxySettings } from './proxySettings';
import { GatewayItem } from './statusBar';

/** Settings whose change a running gateway follows by a restart. */
const FOLLOWED = ['connectTokens.gateway.port', 'connectTokens.gateway.upstream', 'connectTokens.modules', 'http'];

/** The gateway of the open workspace: what runs it, what shows it, and the commands on it. */
export function openGateway(context: vscode.ExtensionContext, source: TokenSource, clock: Clock) {
	const credentials = new CredentialStore(context.secrets);
	const controller = new GatewayController(context.asAbsolutePath('out/gateway.js'), () => configure(context, credentials), clock);
	const follow = () => {
		if (controller.phase.kind === 'running') {
			controller.restart().catch((error: unknown) => void vscode.window.showErrorMessage(localError(error)));
		}
	};
	context.subscriptions.push(
		controller,
		new GatewayItem(controller),
		vscode.Disposable.from(source.onDidChange(() => controller.tokensChanged())),
		vscode.Disposable.from(controller.onDidWarn((warning) => void vscode.window.showWarningMessage(localProblem(warning)))),
		credentials.onDidChange(follow),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (FOLLOWED.some((setting) => event.affectsConfiguration(setting))) {
				follow();
			}
		}),
	);
	return {
		controller,
		actions: gatewayActions(controller, credentials),
		/** Starts the gateway where the user wants it started with the window. */
		autoStart: async () => {
			if (autoStartsGateway()) {
				await controller.start().catch((error: unknown) => void vscode.window.showErrorMessage(localError(error)));
			}
		},
	};
}

async function configure(context: vscode.ExtensionContext, credentials: CredentialStore): Promise<Omit<GatewayConfiguration, 'changes'>> {
	const upstream = gatewayUpstream();
	const { list, paths } = describedModules();
	const credential = upstream === null ? undefined : await credentials.read();
	return {
		folder: openLocation(context).folder,
		port: gatewayPort(),
		upstream,
		// What was given for one origin is never sent to another.
		credential: credential && upstream !== null && credential.origin === originOf(upstream) ? credential.authorization : null,
		modules: Object.fromEntries(Object.entries(paths).map(([id, prefixes]) => [id, [...prefixes]])),
		moduleNames: Object.fromEntries(list.map(({ id, name }) => [id, name])),
		proxy: proxySettings(upstream),
	};
}

function originOf(upstream: string): string {
	return new URL(upstream).origin;
}
