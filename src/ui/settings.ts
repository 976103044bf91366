import * as vscode from 'vscode';
import { createSettingsReader } from '../models/settings';

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
	isGatewayAutoStartEnabled,
	readGatewayUpstream,
	readExposeKeys,
	readAuthorizationFormat,
} = createSettingsReader({ get: (name) => vscode.workspace.getConfiguration('connectTokens').get(name) });

/** Returns the gateway's upstream; undefined if there is none, or if the setting is invalid. */
export function readUpstreamOrUndefined(): string | undefined {
	try {
		return readGatewayUpstream() ?? undefined;
	} catch {
		// Not reported here, because documents are checked often: starting the gateway reports it.
		return undefined;
	}
}
