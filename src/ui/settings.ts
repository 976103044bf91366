import * as vscode from 'vscode';
import { createSettingsReader, invalidSettingText } from '../models/settings';
import { machineSettingsCommand } from '../models/settingsCommand';
import { log } from './log';

export type { AuthorizationFormat } from '../models/settings';

export const {
	readExpiringDays,
	readClipboardSeconds,
	readVaultName,
	areExpiryRemindersEnabled,
	readModules,
	readModulesOrThrow,
	readGatewayPort,
	readGatewayAllowedHosts,
	readGatewayAllowedOrigins,
	readGatewayLogFile,
	isGatewayAutoStartEnabled,
	readGatewayUpstream,
	readMcpServers,
	readExposeKeys,
	readAuthorizationFormat,
} = createSettingsReader({ get: (name) => vscode.workspace.getConfiguration('connectTokens').get(name) }, reportInvalidSetting);

function reportInvalidSetting(name: string, used: unknown): void {
	const setting = `connectTokens.${name}`;
	const text = invalidSettingText(setting, used);
	log.warn(text);
	const openSettingsLabel = vscode.l10n.t('Open Settings');
	void vscode.window.showWarningMessage(text, openSettingsLabel).then(async (selected) => {
		if (selected) {
			const isMachineScoped = /^(?:vault|gateway\.|mcp\.)/.test(name);
			const { command, commandArguments } = machineSettingsCommand(setting, isMachineScoped ? vscode.env.remoteName : undefined);
			await vscode.commands.executeCommand(command, ...commandArguments);
		}
	});
}

/** Returns the gateway's upstream; undefined if there is none, or if the setting is invalid. */
export function readUpstreamOrUndefined(): string | undefined {
	try {
		return readGatewayUpstream() ?? undefined;
	} catch {
		// Not reported here, because documents are checked often: starting the gateway reports it.
		return undefined;
	}
}
