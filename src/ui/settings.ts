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
