import type * as vscode from 'vscode';

/** Returns the path of a folder or workspace file, or its URI if it isn't on this machine, as the user is asked about it. */
export function requesterFolder(uri: vscode.Uri | undefined): { readonly folder?: string } {
	return uri ? { folder: uri.scheme === 'file' ? uri.fsPath : uri.toString() } : {};
}
