import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Clock } from '../domain/ports';
import { WorkspaceSource } from '../sources/workspace/workspaceSource';
import { openLocation } from './location';
import { localProblem } from './messages';
import { expiringDays, modules } from './settings';
import { userName } from './userName';
import { openVault } from './vault';

/** The tokens of the open workspace: their store in the extension's global storage, their keys in the vault of the user's choice. */
export function openWorkspaceSource(context: vscode.ExtensionContext, clock: Clock): WorkspaceSource {
	const { folder, key } = openLocation(context);
	const vault = openVault(context, folder, key);
	const source = new WorkspaceSource({
		folder,
		vault,
		clock,
		random: randomBytes,
		user: userName(),
		expiringDays,
		modules: () => modules().list,
	});
	source.onDidRecover((report) => void vscode.window.showWarningMessage(localProblem(report)));
	return source;
}
