import * as vscode from 'vscode';
import { getWorkspaceLocation, type WorkspaceLocation } from '../sources/workspace/workspaceLocation';

/** Where the tokens of the open workspace belong. */
export function currentWorkspaceLocation(context: vscode.ExtensionContext): WorkspaceLocation {
	const workspace = vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri;
	return getWorkspaceLocation(context.globalStorageUri.toString(), workspace?.toString());
}
