import type * as vscode from 'vscode';
import {
	findReferencingRequests,
	findReferencingRequestsInMarkdown,
	type ReferencingRequest,
} from '../../requestFiles/referencingRequests';

/** The documents for which `holdsRequests` is true, as the editor selects them for providers. */
export const requestDocumentSelector: vscode.DocumentSelector = [
	{ language: 'http' },
	{ pattern: '**/*.{http,rest}' },
	{ language: 'markdown' },
];

/** Request files are known by their name even where no extension gives them the language `http`. */
export function isRequestFile({ languageId, uri }: vscode.TextDocument): boolean {
	return languageId === 'http' || /\.(http|rest)$/i.test(uri.path);
}

/** Documents whose requests a client of the editor sends: request files, and Markdown with its fences. */
export function canContainRequests(document: vscode.TextDocument): boolean {
	return isRequestFile(document) || document.languageId === 'markdown';
}

/** The requests of a document that refer to tokens; none where it holds no requests. */
export function findReferringRequests(document: vscode.TextDocument): readonly ReferencingRequest[] {
	if (!canContainRequests(document)) {
		return [];
	}
	const text = document.getText();
	return isRequestFile(document) ? findReferencingRequests(text) : findReferencingRequestsInMarkdown(text);
}
