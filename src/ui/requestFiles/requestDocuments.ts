import type * as vscode from 'vscode';
import type { ReferencingRequest } from '../../requestFiles/referencingRequests';
import { getRequestFileKind, listReferencingRequests, type RequestFileKind } from '../../requestFiles/requestFileKind';

/** Selects the documents for which `canContainRequests` is true. */
export const requestDocumentSelector: vscode.DocumentSelector = [
	{ language: 'http' },
	{ pattern: '**/*.{http,rest}' },
	{ language: 'markdown' },
];

export function requestFileKind({ languageId, uri }: vscode.TextDocument): RequestFileKind | undefined {
	return getRequestFileKind(languageId, uri.path);
}

export function isRequestFile(document: vscode.TextDocument): boolean {
	return requestFileKind(document) === 'requestFile';
}

/** Returns whether a client can send requests from the document. */
export function canContainRequests(document: vscode.TextDocument): boolean {
	return requestFileKind(document) !== undefined;
}

/** Finds the document's requests that reference tokens. */
export function findReferencingRequestsIn(document: vscode.TextDocument): readonly ReferencingRequest[] {
	const kind = requestFileKind(document);
	return kind ? listReferencingRequests(document.getText(), kind) : [];
}
