import * as vscode from 'vscode';
import { getRequestFileKind, type RequestFileKind } from '../../requestFiles/requestFileKind';
import { findRequestUses, type RequestUse } from '../../requestFiles/requestUses';

/** Selects the documents for which `canContainRequests` can be true. */
export const requestDocumentSelector: vscode.DocumentSelector = [
	{ language: 'http' },
	{ pattern: '**/*.{http,rest}' },
	{ language: 'markdown' },
	{ language: 'plaintext' },
];

export function requestFileKind(document: vscode.TextDocument): RequestFileKind | undefined {
	return getRequestFileKind(document.languageId, document.uri.path, () => document.getText());
}

export function isRequestFile(document: vscode.TextDocument): boolean {
	return requestFileKind(document) === 'requestFile';
}

/** Returns whether a client can send requests from the document. */
export function canContainRequests(document: vscode.TextDocument): boolean {
	return requestFileKind(document) !== undefined;
}

/** Returns whether clients look for requests in the document. In plain text, only this extension does. */
export function isReadByClients({ languageId, uri }: vscode.TextDocument): boolean {
	return getRequestFileKind(languageId, uri.path) !== undefined;
}

/** Returns whether the document is a file of this workspace, or isn't saved. Any other file, such as a dependency's README, could be someone else's. */
export function isInWorkspace({ uri, isUntitled }: vscode.TextDocument): boolean {
	return isUntitled || vscode.workspace.getWorkspaceFolder(uri) !== undefined;
}

/** Finds the document's requests that use tokens' keys. */
export function findRequestUsesIn(document: vscode.TextDocument): readonly RequestUse[] {
	const kind = requestFileKind(document);
	return kind ? findRequestUses(document.getText(), kind).requests : [];
}
