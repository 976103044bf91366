import * as vscode from 'vscode';
import { toRequestFile } from '../../requestFiles/notebookText';
import { getOtherRequestFileKind, getPossibleRequestFileKind, getRequestFileKind } from '../../requestFiles/requestFileKind';
import { toSelectedRequest } from '../../requestFiles/selectedText';
import type { DocumentRequests, RequestText } from './documentRequests';
import { fileNameOf, fileOf, isInWorkspace } from './requestDocuments';

/** A text with requests that's visible. */
export interface VisibleText extends RequestText {
	/** Whether its requests get keys. Requests in any other visible text could use the keys, too, because clients send requests of any text. */
	readonly getsKeys: boolean;
}

/**
 * Returns the texts with requests that are visible. Only files of the workspace that tabs of their own show get keys. A side of a diff can be
 * someone else's text.
 */
export function listVisibleTexts(files: Pick<DocumentRequests, 'readFile'>): readonly VisibleText[] {
	const own = listOwnTexts(files);
	if (own.length === 0) {
		// Others only matter if there's a key. Reading them whenever text is selected would slow down large files.
		return [];
	}
	const ownUris = new Set(own.map(({ uri }) => uri.toString()));
	const others = vscode.window.visibleTextEditors
		.map(({ document }) => document)
		.filter((document) => !ownUris.has(document.uri.toString()) && !isRequestCell(document, ownUris))
		.flatMap((document) => readOther(document) ?? []);
	return [
		...own.map((item) => ({ ...item, getsKeys: true })),
		// One client decides by the language, and the other by the file's name.
		...[...own, ...others].flatMap((item) => {
			const kind = getOtherRequestFileKind(item.kind, item.uri.path, item.text);
			return kind ? [{ ...item, kind, getsKeys: false }] : [];
		}),
		...[...others, ...listSelectedTexts()].map((item) => ({ ...item, getsKeys: false })),
	];
}

/** Returns the requests that REST Client would send because text is selected. */
function listSelectedTexts(): readonly RequestText[] {
	return vscode.window.visibleTextEditors
		.filter(({ selection }) => !selection.isEmpty)
		.map(({ document, selection }) => ({
			uri: document.uri,
			kind: 'markdown',
			text: toSelectedRequest(document.getText(selection), document.getText()),
		}));
}

/** Whether the document is a cell of a notebook of requests. In a cell in another language, a client could send requests, too. */
function isRequestCell(document: vscode.TextDocument, notebooks: ReadonlySet<string>): boolean {
	return document.languageId === 'http' && notebooks.has(fileOf(document));
}

/** Returns the texts of the workspace that tabs of their own show, in any editor: text, notebook, or custom. */
function listOwnTexts(files: Pick<DocumentRequests, 'readFile'>): readonly RequestText[] {
	const documents = new Map(vscode.workspace.textDocuments.map((document) => [document.uri.toString(), document]));
	const texts = new Map<string, RequestText>();
	for (const { activeTab } of vscode.window.tabGroups.all) {
		const input = activeTab?.input;
		if (input instanceof vscode.TabInputNotebook && isInWorkspace(input)) {
			readNotebook(input.uri).forEach((item) => texts.set(item.uri.toString(), item));
		} else if ((input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) && isInWorkspace(input)) {
			const document = documents.get(input.uri.toString());
			// A custom editor may show a file without opening a document.
			const item = document ? readDocument(document) : input instanceof vscode.TabInputCustom ? readFile(input.uri, files) : undefined;
			// A preview of Markdown sends no requests, and doesn't even show those in comments.
			if (item && (input instanceof vscode.TabInputText || item.kind !== 'markdown')) {
				texts.set(item.uri.toString(), item);
			}
		}
	}
	return [...texts.values()];
}

function readDocument(document: vscode.TextDocument): RequestText | undefined {
	// Clients look for no requests in plain text.
	const kind = getRequestFileKind(document.languageId, fileNameOf(document));
	return kind && { uri: document.uri, kind, text: document.getText() };
}

function readOther(document: vscode.TextDocument): RequestText | undefined {
	const text = document.getText();
	const kind = getPossibleRequestFileKind(document.languageId, fileNameOf(document), text);
	return kind && { uri: document.uri, kind, text };
}

function readFile(uri: vscode.Uri, files: Pick<DocumentRequests, 'readFile'>): RequestText | undefined {
	const kind = getRequestFileKind('', uri.path);
	const text = kind && files.readFile(uri);
	return text === undefined ? undefined : { uri, kind: kind!, text };
}

/** httpYac's notebook is a single request file. In any other notebook, each cell is a file of its own. */
function readNotebook(uri: vscode.Uri): readonly RequestText[] {
	const key = uri.toString();
	const notebook = vscode.workspace.notebookDocuments.find((item) => item.uri.toString() === key);
	const cells = (notebook?.getCells() ?? []).map(({ kind, document }) => ({
		document,
		isCode: kind === vscode.NotebookCellKind.Code,
		text: document.getText(),
	}));
	return notebook?.notebookType === 'http'
		? [{ uri, kind: 'requestFile', text: toRequestFile(cells) }]
		: cells
				.filter(({ document, isCode }) => isCode && document.languageId === 'http')
				.map(({ document, text }) => ({ uri: document.uri, kind: 'requestFile', text }));
}
