import * as vscode from 'vscode';
import type { Disposable, GatewayState } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { findReferencedTokens } from '../../requestFiles/tokenVariables';
import { findInDocument, toRange } from './documentFindings';
import { toDiagnostic } from './toDiagnostic';

/** How long typing must pause before a document is looked through again, in milliseconds. */
const DEBOUNCE_MS = 300;

/** Files on disk, wherever that is, the cells of notebooks, and what is not saved yet; not the output of programs or the other side of a comparison. */
const DIAGNOSED_SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-userdata', 'vscode-notebook-cell'];

/** Shows in every open document what its developer should know about keys and tokens in it. */
export class FindingDiagnostics implements Disposable {
	readonly #collection = vscode.languages.createDiagnosticCollection('connectTokens');
	readonly #pending = new Map<vscode.TextDocument, NodeJS.Timeout>();
	readonly #subscriptions: readonly Disposable[];

	/** Documents that the search has found keys in. */
	readonly #documentsWithSearchResults = new WeakSet<vscode.TextDocument>();

	/** @param searchDiagnostics what the search has found in files. What is said of an open document is newer, and takes its place until it is closed */
	constructor(
		private readonly sources: TokenSources,
		private readonly gateway: GatewayState,
		private readonly searchDiagnostics: vscode.DiagnosticCollection,
	) {
		const refreshAll = () => this.refreshAll();
		this.#subscriptions = [
			sources.onDidChange(refreshAll),
			gateway.onDidChange(refreshAll),
			vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document, DEBOUNCE_MS)),
			vscode.workspace.onDidCloseTextDocument((document) => this.#clear(document)),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens')) {
					refreshAll();
				}
			}),
		];
	}

	refreshAll(): void {
		vscode.workspace.textDocuments.forEach((document) => this.#schedule(document, 0));
	}

	dispose(): void {
		this.#subscriptions.forEach((item) => item.dispose());
		this.#pending.forEach((timer) => clearTimeout(timer));
		this.#collection.dispose();
	}

	#schedule(document: vscode.TextDocument, delayMs: number): void {
		if (DIAGNOSED_SCHEMES.includes(document.uri.scheme)) {
			clearTimeout(this.#pending.get(document));
			this.#pending.set(
				document,
				setTimeout(() => void this.#refresh(document), delayMs),
			);
		}
	}

	async #refresh(document: vscode.TextDocument): Promise<void> {
		this.#pending.delete(document);
		const { version } = document;
		// Tokens that cannot be read are the view's to report; keys in plain text are found all the same.
		const tokens = await findReferencedTokens(document.getText(), this.sources);
		if (!document.isClosed && document.version === version && !this.#pending.has(document)) {
			if (this.searchDiagnostics.has(document.uri)) {
				this.searchDiagnostics.delete(document.uri);
				this.#documentsWithSearchResults.add(document);
			}
			const findings = findInDocument(document, tokens, this.sources, this.gateway.url);
			this.#collection.set(
				document.uri,
				findings.map((finding) => toDiagnostic(finding, toRange(document, finding))),
			);
		}
	}

	#clear(document: vscode.TextDocument): void {
		clearTimeout(this.#pending.get(document));
		this.#pending.delete(document);
		if (this.#documentsWithSearchResults.has(document)) {
			const keys = this.#collection.get(document.uri)?.filter(({ code }) => code === 'plain-key');
			this.searchDiagnostics.set(document.uri, keys);
		}
		this.#collection.delete(document.uri);
	}
}
