import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { Emitter } from '../../domain/emitter';
import type { Disposable } from '../../domain/ports';
import type { ImportReader } from '../../requestFiles/importedFiles';
import type { RequestFileKind } from '../../requestFiles/requestFileKind';
import { findRequestUses, findUseAt, NO_USES, type RequestFileUses, type RequestUse } from '../../requestFiles/requestUses';
import { readFileInside } from '../../storage/readFileInside';
import { notebookOf, requestFileKind } from './requestDocuments';

/** Longer files aren't imported. */
const MAX_BYTES = 1_000_000;

/** How long to wait after an edit of an imported file before reporting it. */
const DEBOUNCE_MS = 200;

/** A text that contains requests: a document, a notebook, or a file. */
export interface RequestText {
	readonly uri: vscode.Uri;
	readonly kind: RequestFileKind;
	readonly text: string;
}

/**
 * Finds the requests in documents that use tokens' keys, together with what httpYac imports for them: files of the workspace, as on disk or
 * in an editor. An imported file isn't known until it has been read. Watches files only while an open document imports some.
 */
export class DocumentRequests implements Disposable {
	readonly #changeEmitter = new Emitter();
	readonly #subscriptions: readonly Disposable[];
	/** Texts of files by URI; undefined for a file that can't or mustn't be read. */
	readonly #files = new Map<string, string | undefined>();
	/** Reads in progress, by URI. */
	readonly #reads = new Map<string, Promise<void>>();
	#watcher: vscode.FileSystemWatcher | undefined;
	#timer: NodeJS.Timeout | undefined;

	constructor() {
		this.#subscriptions = [
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.#handleEdit(document)),
			vscode.workspace.onDidOpenTextDocument((document) => this.#handleEdit(document)),
			vscode.workspace.onDidCloseTextDocument((document) => {
				this.#handleEdit(document);
				this.#forgetIfUnused();
			}),
			vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changeEmitter.fire()),
			vscode.workspace.onDidChangeWorkspaceFolders(() => this.#readAgain()),
		];
	}

	/** Calls `listener` after an imported file was read or has changed. */
	onDidChange(listener: () => void): Disposable {
		return this.#changeEmitter.on(listener);
	}

	/** Finds the requests with what is known now, and starts to read the imported files that aren't. */
	find(document: vscode.TextDocument): RequestFileUses {
		const kind = requestFileKind(document);
		return kind ? this.findInText({ uri: document.uri, kind, text: document.getText() }) : NO_USES;
	}

	/**
	 * Like `find`, for a text that isn't a document of its own.
	 * @param exposedVariables of other texts, which a setting could name for this one
	 */
	findInText({ uri, kind, text }: RequestText, exposedVariables?: readonly string[]): RequestFileUses {
		return findRequestUses(text, kind, this.createReader(uri), exposedVariables);
	}

	/** Finds the request at an offset as if it used a token's key there, with what is known now. */
	findAt(document: vscode.TextDocument, offset: number): RequestUse | undefined {
		const kind = requestFileKind(document);
		return kind && findUseAt(document.getText(), kind, offset, this.createReader(document.uri));
	}

	/** Like `find`, after all imported files were read. */
	async load(document: vscode.TextDocument): Promise<RequestFileUses> {
		for (;;) {
			const uses = this.find(document);
			if (this.#reads.size === 0) {
				return uses;
			}
			await Promise.all(this.#reads.values());
		}
	}

	/** Returns the text of a file of the workspace; undefined if it isn't known, or not yet. */
	readFile(uri: vscode.Uri): string | undefined {
		const key = uri.toString();
		if (!this.#files.has(key)) {
			if (uri.scheme === 'file' && !this.#reads.has(key)) {
				void this.#read(key);
			}
			return undefined;
		}
		return this.#files.get(key);
	}

	dispose(): void {
		this.#subscriptions.forEach((item) => item.dispose());
		this.#forget();
		this.#changeEmitter.dispose();
	}

	/** Returns a function that returns the text of files that a document imports, as far as they're known now. */
	createReader(uri: vscode.Uri): ImportReader {
		const main = notebookOf(uri)?.uri ?? uri;
		return (path, importer) => {
			const file = vscode.workspace.isTrusted ? resolveImport(path, importer === undefined ? main : vscode.Uri.parse(importer)) : undefined;
			const text = file && this.readFile(file);
			return text === undefined ? undefined : { id: file!.toString(), text: findOpenText(file!) ?? text };
		};
	}

	#read(key: string): Promise<void> {
		this.#watch();
		const folders = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath) ?? [];
		const read = readFileInside(vscode.Uri.parse(key).fsPath, folders, MAX_BYTES).then((text) => {
			if (this.#reads.get(key) === read) {
				this.#reads.delete(key);
				const isChanged = !this.#files.has(key) || this.#files.get(key) !== text;
				this.#files.set(key, text);
				if (isChanged) {
					this.#changeEmitter.fire();
				}
			}
		});
		this.#reads.set(key, read);
		return read;
	}

	#watch(): void {
		if (!this.#watcher) {
			this.#watcher = vscode.workspace.createFileSystemWatcher('**/*.{http,rest}');
			this.#watcher.onDidChange(() => this.#readAgain());
			this.#watcher.onDidCreate(() => this.#readAgain());
			this.#watcher.onDidDelete(() => this.#readAgain());
		}
	}

	/** Reads all files again, because a file can be imported through a link whose name doesn't change. */
	#readAgain(): void {
		[...this.#files.keys()].forEach((key) => void this.#read(key));
	}

	#handleEdit({ uri }: vscode.TextDocument): void {
		if (this.#files.has(uri.toString())) {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#changeEmitter.fire(), DEBOUNCE_MS);
		}
	}

	#forgetIfUnused(): void {
		const hasCustomEditor = vscode.window.tabGroups.all.some(({ activeTab }) => activeTab?.input instanceof vscode.TabInputCustom);
		if (
			!hasCustomEditor &&
			!vscode.workspace.textDocuments.some((document) => requestFileKind(document) && document.getText().includes('@import'))
		) {
			this.#forget();
		}
	}

	#forget(): void {
		clearTimeout(this.#timer);
		this.#files.clear();
		this.#reads.clear();
		this.#watcher?.dispose();
		this.#watcher = undefined;
	}
}

/** Returns the file that httpYac imports; undefined unless it's a request file with a relative path. */
function resolveImport(path: string, importer: vscode.Uri): vscode.Uri | undefined {
	const isFollowed = importer.scheme === 'file' && !isAbsolute(path) && /\.(?:http|rest)$/.test(path);
	return isFollowed ? vscode.Uri.joinPath(importer, '..', path) : undefined;
}

/** httpYac prefers the text of open documents in its language. */
function findOpenText(uri: vscode.Uri): string | undefined {
	const key = uri.toString();
	return vscode.workspace.textDocuments.find((document) => document.languageId === 'http' && document.uri.toString() === key)?.getText();
}
