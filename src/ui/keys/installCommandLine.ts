import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { getProgramFolder, installLauncher } from '../../broker/installLauncher';
import { getUserFolder } from '../../broker/openWindows';

/** *Install connect-tokens Command in PATH*: for terminals and programs outside of the editor. */
export async function installCommandLine(): Promise<void> {
	const { path, folder, isOnPath } = await installLauncher(getProgramFolder(homedir(), process.env), getUserFolder(), process.env);
	void (isOnPath
		? vscode.window.showInformationMessage(
				vscode.l10n.t('The command connect-tokens is installed in {0}. Programs outside of the editor can use it.', path),
			)
		: vscode.window.showWarningMessage(
				vscode.l10n.t(
					"The command connect-tokens is installed in {0}, but that folder isn't on your PATH. Add the folder to PATH, or use the complete path {1}.",
					folder,
					path,
				),
			));
}
