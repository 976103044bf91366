import * as vscode from 'vscode';
import { parseApiKey, formatApiKey } from '../../domain/apiKey';
import { problem } from '../../domain/problems';
import type { TokenSources } from '../../domain/sources';
import type { GatewayController } from '../../gateway/controller';
import type { Action } from '../commands/actions';
import { commands } from '../ids';
import { accountFor } from '../accounts/actions';
import { verbatim } from '../messages';
import { gatewayUpstream } from '../settings';
import type { CredentialStore } from './credential';

/** Commands on the gateway. */
export function gatewayActions(controller: GatewayController, credentials: CredentialStore, sources: TokenSources) {
	return {
		[commands.startGateway]: () => sayUrl(controller.start()),
		[commands.restartGateway]: () => sayUrl(controller.restart()),
		[commands.stopGateway]: () => controller.stop(),
		[commands.copyGatewayUrl]: () => copyUrl(controller),
		[commands.setGatewayCredential]: () => setCredential(credentials),
		[commands.showGateway]: () => showMenu(controller),
		[commands.useAccountInGateway]: (argument) => useAccount(argument, controller, credentials, sources),
	} satisfies Record<string, Action>;
}

async function sayUrl(starting: Promise<string>): Promise<void> {
	const url = await starting;
	vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) The gateway listens on {0}', url), 5000);
}

async function copyUrl({ url }: GatewayController): Promise<void> {
	if (url === undefined) {
		throw problem('The gateway does not run. Start it first.');
	}
	await vscode.env.clipboard.writeText(url);
	vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied {0}', url), 5000);
}

/**
 * *Use Account in Gateway*: makes an account the gateway's upstream and its key the credential, so that workspace tokens stand in for that
 * key with the modules, the end and the switch of their own.
 */
async function useAccount(
	argument: unknown,
	controller: GatewayController,
	credentials: CredentialStore,
	sources: TokenSources,
): Promise<void> {
	const source = await accountFor(argument, sources, vscode.l10n.t('Use Account in Gateway'));
	if (!source?.account) {
		return;
	}
	const { endpoint, name } = source.account;
	// Between the two it would have the upstream of before and no credential for it, and hand on what its callers send.
	await controller.stop();
	await credentials.write({ origin: new URL(endpoint).origin, sourceId: source.id });
	await vscode.workspace.getConfiguration('connectTokens').update('gateway.upstream', endpoint, vscode.ConfigurationTarget.Global);
	const url = await controller.restart();
	void vscode.window.showInformationMessage(
		vscode.l10n.t(
			'The gateway at {0} calls “{1}” with that account’s key, as far as the modules of each workspace token go.',
			url,
			verbatim(name),
		),
	);
}

/** Asks for the credential of the upstream that is set, and binds it to that origin. An empty answer forgets it. */
async function setCredential(credentials: CredentialStore): Promise<void> {
	const upstream = gatewayUpstream();
	if (upstream === null) {
		throw problem('The credential belongs to an upstream. Set connectTokens.gateway.upstream to the URL of an API first.');
	}
	const { origin } = new URL(upstream);
	const stored = await credentials.read();
	const answer = await vscode.window.showInputBox({
		title: vscode.l10n.t('Set Gateway Credential'),
		prompt:
			stored?.origin === origin
				? vscode.l10n.t('The value of the Authorization header for {0}, in place of the stored one. Leave it empty to forget that.', origin)
				: vscode.l10n.t('The value of the Authorization header for {0}, like ApiKey SU-…:… or Bearer …', origin),
		password: true,
		ignoreFocusOut: true,
		validateInput: (value) =>
			isHeaderValue(value) ? undefined : vscode.l10n.t('Enter a scheme and a credential, like ApiKey SU-…:… or Bearer …'),
	});
	if (answer === undefined) {
		return;
	}
	const key = parseApiKey(answer);
	const authorization = key ? formatApiKey(key) : answer.trim();
	await credentials.write(authorization === '' ? undefined : { origin, authorization });
	void vscode.window.showInformationMessage(
		authorization === ''
			? vscode.l10n.t('The gateway has no credential now; it hands on what its callers send.')
			: vscode.l10n.t('The gateway sends the credential to {0} and nowhere else.', origin),
	);
}

/** Visible characters in two words or more, as `Authorization` is built, or nothing at all. */
function isHeaderValue(value: string): boolean {
	return value.trim() === '' || parseApiKey(value) !== undefined || /^[!-~]+(?: [!-~]+)+$/.test(value.trim());
}

function upstreamText(): string {
	try {
		return gatewayUpstream() ?? vscode.l10n.t('no upstream is set');
	} catch {
		return vscode.l10n.t('the upstream that is set is no URL of an API');
	}
}

/** What can be done with the gateway in its state. */
async function showMenu({ phase, url }: GatewayController): Promise<void> {
	const item = (icon: string, label: string, command: string, description = '') => ({ label: `$(${icon}) ${label}`, command, description });
	const running = [
		item('copy', vscode.l10n.t('Copy URL'), commands.copyGatewayUrl, url),
		item('debug-restart', vscode.l10n.t('Restart'), commands.restartGateway),
		item('debug-stop', vscode.l10n.t('Stop'), commands.stopGateway),
	];
	const items = [
		...(phase.kind === 'running' ? running : [item('play', vscode.l10n.t('Start'), commands.startGateway)]),
		item('cloud', vscode.l10n.t('Use Account'), commands.useAccountInGateway),
		item('key', vscode.l10n.t('Set Credential'), commands.setGatewayCredential, upstreamText()),
		item('gear', vscode.l10n.t('Open Settings'), ''),
	];
	const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Gateway') });
	if (chosen?.command === '') {
		await vscode.commands.executeCommand('workbench.action.openSettings', 'connectTokens.gateway');
	} else if (chosen) {
		await vscode.commands.executeCommand(chosen.command);
	}
}
