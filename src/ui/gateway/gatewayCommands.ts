import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { throwUnlessConfidential } from '../../gateway/gatewayCredential';
import type { GatewayController } from '../../gateway/gatewayController';
import type { CommandHandler } from '../commands/commandHandlers';
import { gatewayAccountText } from '../../models/accountTexts';
import {
	credentialPromptText,
	credentialSavedText,
	getGatewayMenuItems,
	parseAuthorizationInput,
	validateAuthorizationInput,
} from '../../models/gatewayTexts';
import type { UpstreamConfirmation } from '../../models/upstreamConfirmation';
import { commandIds } from '../../models/manifestIds';
import { targets } from '../commands/targets';
import { readGatewayUpstream } from '../settings';
import type { GatewayCredentialStore } from './gatewayCredentialStore';

export interface GatewayCommandServices {
	readonly controller: GatewayController;
	readonly credentials: GatewayCredentialStore;
	readonly upstreams: UpstreamConfirmation;
	readonly sources: TokenSources;
}

/** Creates the handlers of the gateway commands. */
export function gatewayCommands(services: GatewayCommandServices) {
	const { controller } = services;
	return {
		[commandIds.startGateway]: () => showListening(controller.start()),
		[commandIds.restartGateway]: () => showListening(controller.restart()),
		[commandIds.stopGateway]: () => controller.stop(),
		[commandIds.copyGatewayUrl]: () => copyGatewayUrl(controller),
		[commandIds.setGatewayCredential]: () => setGatewayCredential(services),
		[commandIds.showGateway]: () => showGatewayMenu(controller),
		[commandIds.useAccountInGateway]: (argument) => useAccountInGateway(argument, services),
	} satisfies Record<string, CommandHandler>;
}

async function showListening(starting: Promise<string>): Promise<void> {
	const url = await starting;
	vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Gateway is listening on {0}', url), 5000);
}

async function copyGatewayUrl({ url }: GatewayController): Promise<void> {
	if (url === undefined) {
		throw problem("The gateway isn't running. Start it first.");
	}
	// In a remote window, another port may be forwarded to the gateway's.
	const externalUri = await vscode.env.asExternalUri(vscode.Uri.parse(url));
	const externalUrl = externalUri.toString(true).replace(/\/$/, '');
	await vscode.env.clipboard.writeText(externalUrl);
	vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied {0}', externalUrl), 5000);
}

/**
 * *Use Account in Gateway*: sets the account's API as the upstream and its key as the credential, so that workspace tokens give access to
 * the account within their own permissions and expiration dates.
 */
async function useAccountInGateway(
	argument: unknown,
	{ controller, credentials, upstreams, sources }: GatewayCommandServices,
): Promise<void> {
	const source = await targets.resolveAccount(argument, sources, vscode.l10n.t('Use Account in Gateway'));
	if (!source?.remote) {
		return;
	}
	const { account } = source.remote;
	const { endpoint } = account;
	// With the new credential and the old upstream, the gateway would forward its callers' keys.
	await controller.stop();
	const { origin } = new URL(endpoint);
	await credentials.write({ origin, sourceId: source.id });
	await upstreams.remember(origin);
	await vscode.workspace.getConfiguration('connectTokens').update('gateway.upstream', endpoint, vscode.ConfigurationTarget.Global);
	const url = await controller.restart();
	void vscode.window.showInformationMessage(gatewayAccountText(url, account));
}

/** Prompts for a credential and stores it for the origin of the current upstream. Empty input removes the stored one. */
async function setGatewayCredential({ credentials, upstreams }: GatewayCommandServices): Promise<void> {
	const upstream = readGatewayUpstream();
	if (upstream === null) {
		throw problem('A gateway credential requires an upstream. Set connectTokens.gateway.upstream to the URL of an API first.');
	}
	const { origin } = new URL(upstream);
	const stored = await credentials.read();
	if (stored?.origin !== origin) {
		throwUnlessConfidential(upstream);
	}
	const input = await vscode.window.showInputBox({
		title: vscode.l10n.t('Set Gateway Credential'),
		prompt: credentialPromptText(origin, stored?.origin),
		password: true,
		ignoreFocusOut: true,
		validateInput: validateAuthorizationInput,
	});
	const authorization = input === undefined ? undefined : parseAuthorizationInput(input);
	if (authorization === undefined) {
		return;
	}
	if (authorization !== '') {
		throwUnlessConfidential(upstream);
		// The prompt has shown the origin.
		await upstreams.remember(origin);
	}
	await credentials.write(authorization === '' ? undefined : { origin, authorization });
	void vscode.window.showInformationMessage(credentialSavedText(authorization, origin));
}

/** Returns the upstream setting; null if it's empty, undefined if it isn't valid. */
function readUpstreamIfValid(): string | null | undefined {
	try {
		return readGatewayUpstream();
	} catch {
		// Starting the gateway reports what's wrong with the setting.
		return undefined;
	}
}

/** Shows the menu with the gateway actions for the current phase. */
async function showGatewayMenu({ phase }: GatewayController): Promise<void> {
	const items = getGatewayMenuItems(phase, readUpstreamIfValid(), vscode.env.remoteName);
	const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Gateway') });
	if (picked) {
		await vscode.commands.executeCommand(picked.command, ...picked.commandArguments);
	}
}
