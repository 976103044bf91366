import * as vscode from 'vscode';
import { workspaceLocation, type WorkspaceLocation } from '../sources/workspace/location';

/** Where the tokens of the open workspace belong. */
export function openLocation(context: vscode.ExtensionContext): WorkspaceLocation {
	const workspace = vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri;
	return workspaceLocation(context.globalStorageUri.toString(), workspace?.toString());
}
