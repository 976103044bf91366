import * as vscode from 'vscode';
import { parseApiKey, formatApiKey } from '../../domain/apiKey';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import type { GatewayController } from '../../gateway/gatewayController';
import type { CommandHandler } from '../commands/commandHandlers';
import { commandIds } from '../../models/manifestIds';
import { resolveAccount } from '../accounts/accountCommands';
import { escapeLabel } from '../../models/localization';
import { readGatewayUpstream } from '../settings';
import type { GatewayCredentialStore } from './gatewayCredentialStore';

/** Commands on the gateway. */
export function gatewayCommands(controller: GatewayController, credentials: GatewayCredentialStore, sources: TokenSources) {
	return {
		[commandIds.startGateway]: () => showListening(controller.start()),
		[commandIds.restartGateway]: () => showListening(controller.restart()),
		[commandIds.stopGateway]: () => controller.stop(),
		[commandIds.copyGatewayUrl]: () => copyGatewayUrl(controller),
		[commandIds.setGatewayCredential]: () => setGatewayCredential(credentials),
		[commandIds.showGateway]: () => showGatewayMenu(controller),
		[commandIds.useAccountInGateway]: (argument) => useAccountInGateway(argument, controller, credentials, sources),
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
	await vscode.env.clipboard.writeText(url);
	vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied {0}', url), 5000);
}

/**
 * *Use Account in Gateway*: makes an account the gateway's upstream and its key the credential, so that workspace tokens stand in for that
 * key with the modules, the end and the switch of their own.
 */
async function useAccountInGateway(
	argument: unknown,
	controller: GatewayController,
	credentials: GatewayCredentialStore,
	sources: TokenSources,
): Promise<void> {
	const source = await resolveAccount(argument, sources, vscode.l10n.t('Use Account in Gateway'));
	if (!source?.remote) {
		return;
	}
	const { endpoint, name } = source.remote.account;
	// Between the two it would have the upstream of before and no credential for it, and hand on what its callers send.
	await controller.stop();
	await credentials.write({ origin: new URL(endpoint).origin, sourceId: source.id });
	await vscode.workspace.getConfiguration('connectTokens').update('gateway.upstream', endpoint, vscode.ConfigurationTarget.Global);
	const url = await controller.restart();
	void vscode.window.showInformationMessage(
		vscode.l10n.t(
			"The gateway at {0} now forwards requests to “{1}” using the account's key. Each workspace token is still limited to its own modules.",
			url,
			escapeLabel(name),
		),
	);
}

/** Asks for the credential of the upstream that is set, and binds it to that origin. An empty answer forgets it. */
async function setGatewayCredential(credentials: GatewayCredentialStore): Promise<void> {
	const upstream = readGatewayUpstream();
	if (upstream === null) {
		throw problem('A gateway credential requires an upstream. Set connectTokens.gateway.upstream to the URL of an API first.');
	}
	const { origin } = new URL(upstream);
	const stored = await credentials.read();
	const answer = await vscode.window.showInputBox({
		title: vscode.l10n.t('Set Gateway Credential'),
		prompt:
			stored?.origin === origin
				? vscode.l10n.t('Enter a new Authorization header value for {0}, or leave empty to remove the stored one.', origin)
				: vscode.l10n.t('Enter the Authorization header value for {0}, such as ApiKey SU-…:… or Bearer …', origin),
		password: true,
		ignoreFocusOut: true,
		validateInput: (value) =>
			isAuthorizationOrEmpty(value) ? undefined : vscode.l10n.t('Enter a scheme and a credential, such as ApiKey SU-…:… or Bearer …'),
	});
	if (answer === undefined) {
		return;
	}
	const key = parseApiKey(answer);
	const authorization = key ? formatApiKey(key) : answer.trim();
	await credentials.write(authorization === '' ? undefined : { origin, authorization });
	void vscode.window.showInformationMessage(
		authorization === ''
			? vscode.l10n.t("Gateway credential removed. The gateway now forwards the caller's Authorization header.")
			: vscode.l10n.t('Gateway credential saved. The gateway sends it only to {0}.', origin),
	);
}

/** Visible characters in two words or more, as `Authorization` is built, or nothing at all. */
function isAuthorizationOrEmpty(value: string): boolean {
	return value.trim() === '' || parseApiKey(value) !== undefined || /^[!-~]+(?: [!-~]+)+$/.test(value.trim());
}

function upstreamDescription(): string {
	try {
		return readGatewayUpstream() ?? vscode.l10n.t('No upstream set');
	} catch {
		return vscode.l10n.t("Upstream URL isn't valid");
	}
}

/** What can be done with the gateway in its state. */
async function showGatewayMenu({ phase, url }: GatewayController): Promise<void> {
	const item = (icon: string, label: string, command: string, description = '') => ({ label: `$(${icon}) ${label}`, command, description });
	const runningItems = [
		item('copy', vscode.l10n.t('Copy URL'), commandIds.copyGatewayUrl, url),
		item('debug-restart', vscode.l10n.t('Restart'), commandIds.restartGateway),
		item('debug-stop', vscode.l10n.t('Stop'), commandIds.stopGateway),
	];
	const items = [
		...(phase.kind === 'running' ? runningItems : [item('play', vscode.l10n.t('Start'), commandIds.startGateway)]),
		item('cloud', vscode.l10n.t('Use Account'), commandIds.useAccountInGateway),
		item('key', vscode.l10n.t('Set Credential'), commandIds.setGatewayCredential, upstreamDescription()),
		item('gear', vscode.l10n.t('Open Settings'), ''),
	];
	const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Gateway') });
	if (picked?.command === '') {
		await vscode.commands.executeCommand('workbench.action.openSettings', 'connectTokens.gateway');
	} else if (picked) {
		await vscode.commands.executeCommand(picked.command);
	}
}
