import * as vscode from 'vscode';
import { getRequestFileKind, type RequestFileKind } from '../../requestFiles/requestFileKind';

/** Selects the documents for which `canContainRequests` can be true, also the other side of a diff. */
export const requestDocumentSelector: vscode.DocumentSelector = [
	{ scheme: '*', language: 'http' },
	{ scheme: '*', pattern: '**/*.{http,rest}' },
	{ scheme: '*', language: 'markdown' },
	{ scheme: '*', language: 'plaintext' },
];

export function requestFileKind(document: vscode.TextDocument): RequestFileKind | undefined {
	return getRequestFileKind(document.languageId, fileNameOf(document), () => document.getText());
}

export function isRequestFile(document: vscode.TextDocument): boolean {
	return requestFileKind(document) === 'requestFile';
}

/** Returns whether a client can send requests from the document. */
export function canContainRequests(document: vscode.TextDocument): boolean {
	return requestFileKind(document) !== undefined;
}

/** Returns whether clients look for requests in the document. In plain text, only this extension does. */
export function isReadByClients(document: vscode.TextDocument): boolean {
	return getRequestFileKind(document.languageId, fileNameOf(document)) !== undefined;
}

/** Returns the path of a document; empty for a cell, whose URI has the path of the notebook, because only its language says what it contains. */
export function fileNameOf({ uri }: Pick<vscode.TextDocument, 'uri'>): string {
	return uri.scheme === 'vscode-notebook-cell' ? '' : uri.path;
}

/** Returns the open notebook that a cell belongs to; undefined for any other document. */
export function notebookOf(uri: vscode.Uri): vscode.NotebookDocument | undefined {
	const key = uri.toString();
	return uri.scheme === 'vscode-notebook-cell'
		? vscode.workspace.notebookDocuments.find((notebook) => notebook.getCells().some(({ document }) => document.uri.toString() === key))
		: undefined;
}

/** Returns the URI of the file that a document is, or that a cell is a part of. */
export function fileOf({ uri }: Pick<vscode.TextDocument, 'uri'>): string {
	return (notebookOf(uri)?.uri ?? uri).toString();
}

/**
 * Returns the name of a file to show: its path relative to the workspace, with the name of the workspace folder if there are several.
 * @param file URI, as `fileOf` returns it
 */
export function describeFile(file: string): string {
	const uri = vscode.Uri.parse(file);
	const path = vscode.workspace.asRelativePath(uri);
	return uri.scheme === 'untitled' ? vscode.l10n.t('{0} (not saved)', path) : path;
}

/** Returns whether the document is a file of this workspace, or isn't saved. Any other file, such as a dependency's README, could be someone else's. */
export function isInWorkspace({ uri }: Pick<vscode.TextDocument, 'uri'>): boolean {
	const file = notebookOf(uri)?.uri ?? uri;
	return file.scheme === 'untitled' || vscode.workspace.getWorkspaceFolder(file) !== undefined;
}
