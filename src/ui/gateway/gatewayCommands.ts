import * as vscode from 'vscode';
import { solvableProblem } from '../../domain/problems';
import { throwUnlessConfidential } from '../../gateway/gatewayCredential';
import type { GatewayController } from '../../gateway/gatewayController';
import type { CommandHandler } from '../commands/commandHandlers';
import { inform } from '../commands/messages';
import {
	credentialPromptText,
	credentialSavedText,
	getGatewayMenuItems,
	parseAuthorizationInput,
	validateAuthorizationInput,
} from '../../models/gatewayTexts';
import type { UpstreamConfirmation } from '../../models/upstreamConfirmation';
import { commandIds } from '../../models/manifestIds';
import { readGatewayUpstream } from '../settings';
import {
	chooseGatewayPort,
	chooseUpstream,
	isGatewayFix,
	useAccountInGateway,
	useNoUpstream,
	type ConfigureGatewayServices,
} from './configureGateway';
import type { GatewayCredentialStore } from './gatewayCredentialStore';
import { importModules } from './importModules';
import { showListening } from './startGatewayFor';

export interface GatewayCommandServices extends ConfigureGatewayServices {
	readonly credentials: GatewayCredentialStore;
	readonly confirmation: UpstreamConfirmation;
	/** The folder of the extension. */
	readonly extensionPath: string;
}

/** Creates the handlers of the gateway commands. */
export function gatewayCommands(services: GatewayCommandServices) {
	const { controller } = services;
	return {
		[commandIds.startGateway]: async () => showListening(await controller.start()),
		[commandIds.restartGateway]: async () => showListening(await controller.restart()),
		[commandIds.stopGateway]: () => stopGateway(controller),
		[commandIds.copyGatewayUrl]: () => copyGatewayUrl(controller),
		[commandIds.setGatewayCredential]: (argument) => setGatewayCredential(argument, services),
		[commandIds.chooseUpstream]: (argument) => chooseUpstream(argument, services),
		[commandIds.useNoUpstream]: (argument) => useNoUpstream(argument, services),
		[commandIds.chooseGatewayPort]: (argument) => chooseGatewayPort(argument, services),
		[commandIds.showGateway]: () => showGatewayMenu(services),
		[commandIds.importModules]: () => importModules(services.extensionPath),
		[commandIds.useAccountInGateway]: (argument) => useAccountInGateway(argument, services),
	} satisfies Record<string, CommandHandler>;
}

async function stopGateway(controller: GatewayController): Promise<void> {
	if (controller.phase.kind === 'stopped') {
		await inform(vscode.l10n.t("The gateway isn't running."), { title: vscode.l10n.t('Start Gateway'), command: commandIds.startGateway });
	} else {
		await controller.stop();
	}
}

async function copyGatewayUrl({ url }: GatewayController): Promise<void> {
	if (url === undefined) {
		throw solvableProblem('stopped', "The gateway isn't running. Start it first.");
	}
	// In a remote window, another port may be forwarded to the gateway's.
	const externalUri = await vscode.env.asExternalUri(vscode.Uri.parse(url));
	const externalUrl = externalUri.toString(true).replace(/\/$/, '');
	await vscode.env.clipboard.writeText(externalUrl);
	vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied {0}', externalUrl), 5000);
}

/** Prompts for a credential and stores it for the origin of the current upstream. Empty input removes the stored one. */
async function setGatewayCredential(argument: unknown, { controller, credentials, confirmation }: GatewayCommandServices): Promise<void> {
	const upstream = readGatewayUpstream();
	if (upstream === null) {
		throw solvableProblem(
			'noUpstream',
			'A gateway credential requires an upstream. Set connectTokens.gateway.upstream to the URL of an API first.',
		);
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
		await confirmation.remember(origin);
	}
	await credentials.write(authorization === '' ? undefined : { origin, authorization });
	void vscode.window.showInformationMessage(credentialSavedText(authorization, origin));
	if (isGatewayFix(argument)) {
		showListening(await controller.start());
	}
}

/** Shows the menu with the gateway actions for the current phase. */
async function showGatewayMenu({ controller, upstream }: GatewayCommandServices): Promise<void> {
	const items = getGatewayMenuItems(controller.phase, upstream.current, vscode.env.remoteName);
	const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Gateway') });
	if (picked) {
		await vscode.commands.executeCommand(picked.command, ...picked.commandArguments);
	}
}
