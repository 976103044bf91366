import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { Disposable } from '../../domain/ports';
import { log } from '../log';

/** Local and remote files, notebook cells, and unsaved documents, but not program output or the other side of a diff. */
export const DIAGNOSED_SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-userdata', 'vscode-notebook-cell'];

/** How long to wait after an edit before scanning the document again, in milliseconds. */
const DEBOUNCE_MS = 300;

export interface DocumentDiagnosticsOptions {
	/** Name of the collection. */
	readonly name: string;
	/** Whether the document can have diagnostics at all. */
	readonly accepts: (document: vscode.TextDocument) => boolean;
	/** Reads what the diagnostics depend on. Resolves with a function that finds them in the document's current text. */
	readonly read: (document: vscode.TextDocument) => Promise<() => readonly vscode.Diagnostic[]>;
	/** Called before the diagnostics of a closed document are removed. */
	readonly onWillRemove?: (document: vscode.TextDocument, diagnostics: readonly vscode.Diagnostic[] | undefined) => void;
}

/** Shows diagnostics in every open document, and updates them when it changes. */
export class DocumentDiagnostics implements Disposable {
	readonly #collection: vscode.DiagnosticCollection;
	readonly #pending = new Map<vscode.TextDocument, NodeJS.Timeout>();
	readonly #subscriptions: readonly Disposable[];

	constructor(private readonly options: DocumentDiagnosticsOptions) {
		this.#collection = vscode.languages.createDiagnosticCollection(options.name);
		this.#subscriptions = [
			vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document, DEBOUNCE_MS)),
			vscode.workspace.onDidCloseTextDocument((document) => this.#remove(document)),
		];
	}

	/** Updates all documents, after what their diagnostics depend on has changed. */
	refreshAll(): void {
		vscode.workspace.textDocuments.forEach((document) => this.#schedule(document, 0));
	}

	dispose(): void {
		this.#subscriptions.forEach((item) => item.dispose());
		this.#pending.forEach((timer) => clearTimeout(timer));
		this.#collection.dispose();
	}

	#schedule(document: vscode.TextDocument, delayMs: number): void {
		if (DIAGNOSED_SCHEMES.includes(document.uri.scheme) && this.options.accepts(document)) {
			clearTimeout(this.#pending.get(document));
			const refresh = () => void this.#refresh(document).catch(logFailure(log, 'scan a document'));
			this.#pending.set(document, setTimeout(refresh, delayMs));
		}
	}

	async #refresh(document: vscode.TextDocument): Promise<void> {
		this.#pending.delete(document);
		const { version } = document;
		const find = await this.options.read(document);
		if (!document.isClosed && document.version === version && !this.#pending.has(document)) {
			const diagnostics = find();
			// VS Code looks for quick fixes again after each change, and closes their menu, even if all diagnostics are the same.
			if (!isDeepStrictEqual(diagnostics, this.#collection.get(document.uri) ?? [])) {
				this.#collection.set(document.uri, diagnostics);
			}
		}
	}

	#remove(document: vscode.TextDocument): void {
		clearTimeout(this.#pending.get(document));
		this.#pending.delete(document);
		this.options.onWillRemove?.(document, this.#collection.get(document.uri));
		this.#collection.delete(document.uri);
	}
}
