import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import * as vscode from 'vscode';
import { createApi, type ConnectTokensApi } from './api';
import type { Clock } from './domain/ports';
import { SecretStorageVault } from './secrets/secretStorageVault';
import { workspaceLocation } from './sources/workspace/location';
import { WorkspaceSource } from './sources/workspace/workspaceSource';
import { commandRegistrar } from './ui/commands/register';
import { registerTokenCommands } from './ui/commands/tokens';
import { registerPanels } from './ui/panels/register';
import { registerInsertAuthorization } from './ui/requestFiles/insertAuthorization';
import { expiringDays } from './ui/settings';
import { registerTree } from './ui/tree/register';

/** Puts the extension together; nothing is read from disk or vault before it is asked for. */
export function activate(context: vscode.ExtensionContext): ConnectTokensApi {
	const clock: Clock = () => new Date();
	const workspace = vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri;
	const location = workspaceLocation(context.globalStorageUri.toString(), workspace?.toString());
	const source = new WorkspaceSource({
		folder: location.folder,
		vault: new SecretStorageVault(context.secrets, location.key),
		clock,
		random: randomBytes,
		user: userInfo().username,
		expiringDays,
	});
	context.subscriptions.push(source);

	const register = commandRegistrar(context);
	registerTree(context, source, clock);
	registerPanels(context, register, source, clock);
	registerTokenCommands(register, source, clock);
	registerInsertAuthorization(register, source, clock);
	return createApi(context, source);
}
