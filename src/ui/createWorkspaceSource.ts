import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Clock } from '../domain/ports';
import { localizeProblem } from '../models/localization';
import { userName } from '../sources/workspace/userName';
import { WorkspaceSource } from '../sources/workspace/workspaceSource';
import { createConfiguredVault } from './configuredVault';
import { currentWorkspaceLocation } from './currentWorkspaceLocation';
import { log } from './log';
import { readExpiringDays, readModules } from './settings';

/** Creates the source of the open workspace's tokens. They're stored in the extension's global storage, their keys in the configured vault. */
export function createWorkspaceSource(context: vscode.ExtensionContext, clock: Clock): WorkspaceSource {
	const { folder, key } = currentWorkspaceLocation(context);
	const vault = createConfiguredVault(context, folder, key);
	const source = new WorkspaceSource({
		folder,
		vault,
		clock,
		random: randomBytes,
		userName: userName(),
		expiringDays: readExpiringDays,
		modules: () => readModules().list,
	});
	source.onDidRecover((report) => {
		log.warn('Recovered the token store');
		void vscode.window.showWarningMessage(localizeProblem(report));
	});
	log.info('Opened the workspace source');
	return source;
}
