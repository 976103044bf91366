import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/sources';
import { GatewayController } from '../../gateway/controller';
import type { GatewayConfiguration } from '../../gateway/messages';
import type { AccountStore } from '../accounts/accountStore';
import { openLocation } from '../location';
import { localError, localProblem } from '../messages';
import { autoStartsGateway, describedModules, gatewayPort, gatewayUpstream } from '../settings';
import { gatewayActions } from './actions';
import { CredentialStore, type Credential } from './credential';
import { proxySettings } from './proxySettings';
import { GatewayItem } from './statusBar';

/** Settings whose change a running gateway follows by a restart. */
const FOLLOWED = ['connectTokens.gateway.port', 'connectTokens.gateway.upstream', 'connectTokens.modules', 'http'];

/**
 * The gateway of the open workspace: what runs it, what shows it, and the commands on it.
 * @param accounts whose keys it may use before its upstream
 */
export function openGateway(context: vscode.ExtensionContext, sources: TokenSources, accounts: AccountStore, clock: Clock) {
	const credentials = new CredentialStore(context.secrets);
	const controller = new GatewayController(
		context.asAbsolutePath('out/gateway.js'),
		() => configure(context, credentials, accounts),
		clock,
	);
	const follow = () => {
		if (controller.phase.kind === 'running') {
			controller.restart().catch((error: unknown) => void vscode.window.showErrorMessage(localError(error)));
		}
	};
	context.subscriptions.push(
		controller,
		new GatewayItem(controller),
		vscode.Disposable.from(sources.workspace.onDidChange(() => controller.tokensChanged())),
		vscode.Disposable.from(controller.onDidWarn((warning) => void vscode.window.showWarningMessage(localProblem(warning)))),
		credentials.onDidChange(follow),
		accounts.onDidChange(async () => {
			const credential = await credentials.read().catch(() => undefined);
			if (credential && 'sourceId' in credential) {
				follow();
			}
		}),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (FOLLOWED.some((setting) => event.affectsConfiguration(setting))) {
				follow();
			}
		}),
	);
	return {
		controller,
		actions: gatewayActions(controller, credentials, sources),
		/** Starts the gateway where the user wants it started with the window. */
		autoStart: async () => {
			if (autoStartsGateway()) {
				await controller.start().catch((error: unknown) => void vscode.window.showErrorMessage(localError(error)));
			}
		},
	};
}

async function configure(
	context: vscode.ExtensionContext,
	credentials: CredentialStore,
	accounts: AccountStore,
): Promise<Omit<GatewayConfiguration, 'changes'>> {
	const upstream = gatewayUpstream();
	const { list, paths } = describedModules();
	const credential = upstream === null ? undefined : await credentials.read();
	return {
		folder: openLocation(context).folder,
		port: gatewayPort(),
		upstream,
		// What was given for one origin is never sent to another.
		credential:
			credential && upstream !== null && credential.origin === originOf(upstream) ? await authorizationOf(credential, accounts) : null,
		modules: Object.fromEntries(Object.entries(paths).map(([id, prefixes]) => [id, [...prefixes]])),
		moduleNames: Object.fromEntries(list.map(({ id, name }) => [id, name])),
		proxy: proxySettings(upstream),
	};
}

/** @throws ProblemError when it is the key of an account that is not there: callers' own keys must not go to the upstream instead */
async function authorizationOf(credential: Credential, accounts: AccountStore): Promise<string> {
	if ('authorization' in credential) {
		return credential.authorization;
	}
	const authorization = await accounts.readKeyFor(credential.sourceId, credential.origin);
	if (authorization === undefined) {
		throw problem(
			'The gateway uses the key of an account that is not here any more. Choose an account or set a credential for the gateway.',
		);
	}
	return authorization;
}

function originOf(upstream: string): string {
	return new URL(upstream).origin;
}
