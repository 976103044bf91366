import * as l10n from '@vscode/l10n';
import { formatApiKey, parseApiKey } from '../domain/apiKey';
import type { GatewayPhase } from '../domain/gatewayPhase';
import { escapeLabel, localizeProblem } from './localization';
import { commandIds } from './manifestIds';
import { machineSettingsCommand } from './settingsCommand';

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

/** Returns what the status bar shows while the gateway is in this phase. */
export function getGatewayStatusBarContent(phase: GatewayPhase): GatewayStatusBarContent {
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
				text: `$(broadcast) ${new URL(phase.url).host}`,
				tooltip: l10n.t('Token gateway is listening on {0}. Click for more options.', phase.url),
			};
		case 'failed':
			return { text: l10n.t('$(error) Gateway'), tooltip: localizeProblem(phase.problem), themeColor: 'statusBarItem.errorBackground' };
	}
}

/**
 * Returns the menu's items for this phase.
 * @param upstream base URL of the API; null if none is set, undefined if the setting isn't valid
 * @param remoteName `env.remoteName`: undefined in a local window
 */
export function getGatewayMenuItems(
	phase: GatewayPhase,
	upstream: string | null | undefined,
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
		menuItem('cloud', l10n.t('Use Account'), commandIds.useAccountInGateway),
		menuItem('key', l10n.t('Set Credential…'), commandIds.setGatewayCredential, describeUpstream(upstream)),
		{ ...menuItem('gear', l10n.t('Open Settings'), settings.command), commandArguments: settings.commandArguments },
	];
}

/** Describes the upstream setting. Takes the same values as `getGatewayMenuItems`. */
export function describeUpstream(upstream: string | null | undefined): string {
	return upstream === undefined ? l10n.t("Upstream URL isn't valid") : (upstream ?? l10n.t('No upstream set'));
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
