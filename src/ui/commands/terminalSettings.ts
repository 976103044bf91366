import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { TerminalShell } from '../../models/terminalShell';
import { loadOnDemand } from '../loadOnDemand';

/** Returns the shell and the environment for a terminal that contains a key. The workspace's settings have no influence. */
export async function readTerminalShell(): Promise<TerminalShell> {
	const { chooseTerminalShell } = await loadOnDemand();
	const settings = vscode.workspace.getConfiguration('terminal.integrated');
	return chooseTerminalShell((name) => settings.inspect(name), {
		platform: process.platform,
		environment: process.env,
		isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false,
	});
}

/** Returns the folder that such a terminal opens in: the workspace's, or the home folder. */
export function readTerminalFolder(): vscode.Uri {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	return folder?.scheme === 'file' ? folder : vscode.Uri.file(homedir());
}
