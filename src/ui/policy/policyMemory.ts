import { join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { problem } from '../../domain/problems';
import { escapeLabel } from '../../models/localization';
import { contextKeys, POLICY_STATE_KEY } from '../../models/manifestIds';
import { deploymentSchema } from '../../policy/deployment';
import { setContext } from '../commands/messages';

const DEFAULT_FOLDER_NAME = 'gateway-policy';

const memorySchema = v.object({
	/** Path of the folder. */
	folder: v.string(),
	deployment: deploymentSchema,
	/** Whether the user has chosen not to encrypt. */
	isInsecure: v.boolean(),
});
/** What the user entered for the last export in this workspace. */
export type PolicyMemory = v.InferOutput<typeof memorySchema>;

export function recallPolicy({ workspaceState }: vscode.ExtensionContext): PolicyMemory | undefined {
	const { success, output } = v.safeParse(memorySchema, workspaceState.get(POLICY_STATE_KEY));
	return success ? output : undefined;
}

export async function rememberPolicy({ workspaceState }: vscode.ExtensionContext, memory: PolicyMemory): Promise<void> {
	await workspaceState.update(POLICY_STATE_KEY, memory);
	setContext({ [contextKeys.hasGatewayPolicy]: true });
}

/** Returns the folder to export to unless the user chooses another one; undefined if no local folder is open. */
export function getDefaultFolder(): string | undefined {
	const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
	return folder && join(folder.uri.fsPath, DEFAULT_FOLDER_NAME);
}

/** Returns the folder that the policy was exported to, or else lets the user choose one. Undefined if they cancel. */
export async function resolveFolder(context: vscode.ExtensionContext, title: string): Promise<string | undefined> {
	return recallPolicy(context)?.folder ?? chooseFolder(title, getDefaultFolder());
}

/**
 * Lets the user choose a folder. Undefined if they cancel.
 * @throws ProblemError if it isn't on the machine that the extension runs on
 */
export async function chooseFolder(title: string, folder: string | undefined): Promise<string | undefined> {
	const [uri] =
		(await vscode.window.showOpenDialog({
			title,
			canSelectFiles: false,
			canSelectFolders: true,
			openLabel: vscode.l10n.t('Select Folder'),
			...(folder !== undefined && { defaultUri: vscode.Uri.file(folder) }),
		})) ?? [];
	if (uri && uri.scheme !== 'file') {
		throw problem('The policy is saved to a local folder. Choose one.');
	}
	return uri?.fsPath;
}

/** Shows a path relative to the workspace if it's inside of it. */
export function folderLabel(folder: string): string {
	return escapeLabel(vscode.workspace.asRelativePath(folder));
}
