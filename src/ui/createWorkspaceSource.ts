import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Clock } from '../domain/ports';
import { WorkspaceSource } from '../sources/workspace/workspaceSource';
import { currentWorkspaceLocation } from './currentWorkspaceLocation';
import { localizeProblem } from '../models/localization';
import { log } from './log';
import { readExpiringDays, readModules } from './settings';
import { getUserName } from '../sources/workspace/userName';
import { createConfiguredVault } from './configuredVault';

/** The tokens of the open workspace: their store in the extension's global storage, their keys in the vault of the user's choice. */
export function createWorkspaceSource(context: vscode.ExtensionContext, clock: Clock): WorkspaceSource {
	const { folder, key } = currentWorkspaceLocation(context);
	const vault = createConfiguredVault(context, folder, key);
	const source = new WorkspaceSource({
		folder,
		vault,
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
