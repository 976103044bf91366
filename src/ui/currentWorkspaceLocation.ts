import * as vscode from 'vscode';
import { getWorkspaceLocation, type WorkspaceLocation } from '../sources/workspace/workspaceLocation';

/** Returns where the open workspace's tokens are stored. */
export function currentWorkspaceLocation(context: vscode.ExtensionContext): WorkspaceLocation {
	const workspace = vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri;
	return getWorkspaceLocation(context.globalStorageUri.toString(), workspace?.toString());
}
