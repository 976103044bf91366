import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Clock } from '../domain/ports';
import { localizeProblem } from '../models/localization';
import { getUserName } from '../sources/workspace/userName';
import { WorkspaceSource } from '../sources/workspace/workspaceSource';
import { createConfiguredVault } from './configuredVault';
import { currentWorkspaceLocation, currentWorkspaceUri } from './currentWorkspaceLocation';
import { SecretStorageVault } from '../vaults/secretStorageVault';
import { log } from './log';
import { readExpiringDays, readModules } from './settings';

/** Creates the source of the open workspace's tokens. They're stored in the extension's global storage, their keys in the configured vault. */
export function createWorkspaceSource(context: vscode.ExtensionContext, clock: Clock): WorkspaceSource {
	const location = currentWorkspaceLocation(context);
	const { folder, key } = location;
	const source = new WorkspaceSource({
		folder,
		uri: currentWorkspaceUri()?.toString() ?? null,
		vault: createConfiguredVault(context, location),
		...(isRemoteWindow() && { recordCopies: new SecretStorageVault(context.secrets, key, 'records') }),
		clock,
		random: randomBytes,
		userName: getUserName(),
		expiringDays: readExpiringDays,
		modules: () => readModules().list,
		log,
	});
	source.onDidRecover((report) => void vscode.window.showWarningMessage(localizeProblem(report)));
	return source;
}

/** Whether secret storage may be on another machine than the token list, and outlive it. */
function isRemoteWindow(): boolean {
	return vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
}
