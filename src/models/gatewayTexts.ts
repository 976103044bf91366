import * as l10n from '@vscode/l10n';
import { formatApiKey, parseApiKey } from '../domain/apiKey';
import type { GatewayPhase } from '../domain/gatewayPhase';
import type { ConfiguredUpstream } from '../domain/ports';
import { escapeLabel, localizeProblem } from './localization';
import { commandIds } from './manifestIds';
import { machineSettingsCommand } from './settingsCommand';
import { forwardingText, upstreamLabel } from './upstreamTexts';

/** What the status bar shows about the gateway. */
export interface GatewayStatusBarContent {
	readonly text: string;
	/** Also the text for screen readers, which can't read icons. */
	readonly tooltip: string;
	/** Undefined unless there's an error. */
	readonly themeColor?: string;
}

/** An entry of the menu that opens from the status bar. */
export interface GatewayMenuItem {
	readonly label: string;
	readonly description: string;
	readonly command: string;
	readonly commandArguments: readonly unknown[];
}

/**
 * Returns what the status bar shows while the gateway is in this phase.
 * @param upstream see `GatewayOverview`
 */
export function getGatewayStatusBarContent(phase: GatewayPhase, upstream: ConfiguredUpstream | null | undefined): GatewayStatusBarContent {
	switch (phase.kind) {
		case 'stopped':
			return {
				text: l10n.t('$(circle-slash) Gateway'),
				tooltip: l10n.t('Token gateway is stopped. Click for more options.'),
			};
		case 'starting':
			return { text: l10n.t('$(loading~spin) Gateway'), tooltip: l10n.t('Token gateway is starting…') };
		case 'running':
			return {
				text: l10n.t('$(broadcast) Gateway :{0}', new URL(phase.url).port),
				tooltip: [
					l10n.t('Token gateway is listening on {0}.', phase.url),
					forwardingText(upstream),
					l10n.t('Click for more options.'),
				].join(' '),
			};
		case 'failed':
			return { text: l10n.t('$(error) Gateway'), tooltip: localizeProblem(phase.problem), themeColor: 'statusBarItem.errorBackground' };
	}
}

/**
 * Returns the menu's items for this phase.
 * @param upstream see `GatewayOverview`
 * @param remoteName `env.remoteName`: undefined in a local window
 */
export function getGatewayMenuItems(
	phase: GatewayPhase,
	upstream: ConfiguredUpstream | null | undefined,
	remoteName: string | undefined,
): readonly GatewayMenuItem[] {
	const settings = machineSettingsCommand('connectTokens.gateway', remoteName);
	const runOrStop =
		phase.kind === 'running'
			? [
					menuItem('copy', l10n.t('Copy URL'), commandIds.copyGatewayUrl, phase.url),
					menuItem('debug-restart', l10n.t('Restart'), commandIds.restartGateway),
					menuItem('debug-stop', l10n.t('Stop'), commandIds.stopGateway),
				]
			: [menuItem('play', l10n.t('Start'), commandIds.startGateway)];
	return [
		...runOrStop,
		menuItem('cloud', l10n.t('Choose Upstream…'), commandIds.chooseUpstream, upstreamLabel(upstream)),
		menuItem('key', l10n.t('Set Credential…'), commandIds.setGatewayCredential),
		menuItem('plug', l10n.t('Choose Port…'), commandIds.chooseGatewayPort),
		{ ...menuItem('gear', l10n.t('Open Settings'), settings.command), commandArguments: settings.commandArguments },
	];
}

/**
 * Normalizes an `Authorization` value that the user entered.
 * @returns an empty string for empty input, and undefined unless the value consists of a scheme and a credential
 */
export function parseAuthorizationInput(input: string): string | undefined {
	const key = parseApiKey(input);
	const value = key ? formatApiKey(key) : input.trim();
	return value === '' || /^[!-~]+(?: [!-~]+)+$/.test(value) ? value : undefined;
}

/** An error message for an `Authorization` value that the user is entering; undefined if it's valid or empty. */
export function validateAuthorizationInput(input: string): string | undefined {
	return parseAuthorizationInput(input) === undefined
		? l10n.t('Enter a scheme and a credential, such as ApiKey SU-…:… or Bearer …')
		: undefined;
}

/**
 * Asks for the gateway's credential for an upstream.
 * @param storedOrigin origin that the stored credential is for; undefined if none is stored
 */
export function credentialPromptText(origin: string, storedOrigin: string | undefined): string {
	return storedOrigin === origin
		? l10n.t('Enter a new Authorization header value for {0}, or leave empty to remove the stored one.', origin)
		: l10n.t('Enter the Authorization header value for {0}, such as ApiKey SU-…:… or Bearer …', origin);
}

/** An error message for a port that the user is entering; undefined if it's valid. */
export function validatePortInput(input: string): string | undefined {
	return /^\s*\d{1,5}\s*$/.test(input) && Number(input) <= 65_535
		? undefined
		: l10n.t('Enter a number from 1 to 65535, or 0 for any free port.');
}

/** Confirms that the gateway's port was saved, with an icon for the status bar. */
export function savedPortText(port: number): string {
	return port === 0 ? l10n.t('$(check) The gateway uses any free port') : l10n.t('$(check) The gateway uses port {0}', port);
}

/** Says that a command started the gateway. */
export function startedGatewayText(url: string): string {
	return l10n.t("Started the gateway at {0} because only the gateway accepts this workspace's tokens.", url);
}

/** Says that files still name the gateway's old address. `files` are their names, at least one. */
export function movedGatewayText(origin: string, files: readonly string[]): string {
	return files.length === 1
		? l10n.t(
				"The gateway is listening on {0}, but {1} uses its old address. API keys aren't sent there anymore.",
				origin,
				escapeLabel(files[0]!),
			)
		: l10n.t(
				"The gateway is listening on {0}, but {1} files use its old address. API keys aren't sent there anymore.",
				origin,
				files.length,
			);
}

/** Confirms that the gateway's credential was saved or, if `authorization` is empty, removed. */
export function credentialSavedText(authorization: string, origin: string): string {
	return authorization === ''
		? l10n.t("Gateway credential removed. The gateway now forwards the caller's Authorization header.")
		: l10n.t('Gateway credential saved. The gateway sends it only to {0}.', origin);
}

function menuItem(icon: string, label: string, command: string, description = ''): GatewayMenuItem {
	return { label: `$(${icon}) ${label}`, description, command, commandArguments: [] };
}
