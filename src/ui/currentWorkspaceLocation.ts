import * as vscode from 'vscode';
import { getWorkspaceLocation, type WorkspaceLocation } from '../sources/workspace/workspaceLocation';

/** Returns where the open workspace's tokens are stored. */
export function currentWorkspaceLocation(context: vscode.ExtensionContext): WorkspaceLocation {
	return getWorkspaceLocation(context.globalStorageUri.toString(), currentWorkspaceUri()?.toString());
}

/** Returns the URI of the open workspace: its file, or its first folder. */
export function currentWorkspaceUri(): vscode.Uri | undefined {
	return vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri;
}
