import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { logFailure } from '../../domain/log';
import type { Disposable } from '../../domain/ports';
import { FINDING_SEVERITIES, findingText } from '../../models/findingTexts';
import { log } from '../log';
import { createDiagnostic, DEBOUNCE_MS, DIAGNOSED_SCHEMES } from './createDiagnostic';
import { findDocumentFindings, readDocumentTokens, toRange, type FindingServices } from './documentFindings';

/** Shows findings in every open document. */
export class FindingDiagnostics implements Disposable {
	readonly #collection = vscode.languages.createDiagnosticCollection('connectTokens');
	readonly #pending = new Map<vscode.TextDocument, NodeJS.Timeout>();
	readonly #subscriptions: readonly Disposable[];

	/** Open documents that the search found keys in. */
	readonly #documentsWithSearchResults = new WeakSet<vscode.TextDocument>();

	/** @param searchDiagnostics results of the search. While a document is open, its own findings are shown instead, because they're newer */
	constructor(
		private readonly services: FindingServices,
		private readonly searchDiagnostics: vscode.DiagnosticCollection,
	) {
		const refreshAll = () => this.refreshAll();
		this.#subscriptions = [
			services.sources.onDidChange(refreshAll),
			services.gateway.onDidChange(refreshAll),
			services.hosts.onDidChange(refreshAll),
			services.documentRequests.onDidChange(refreshAll),
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
			const refresh = () => void this.#refresh(document).catch(logFailure(log, 'scan a document'));
			this.#pending.set(document, setTimeout(refresh, delayMs));
		}
	}

	async #refresh(document: vscode.TextDocument): Promise<void> {
		this.#pending.delete(document);
		const { version } = document;
		// If a source can't be read, the Tokens view reports it, and plain-text keys are still found.
		const tokens = await readDocumentTokens(document, this.services);
		if (!document.isClosed && document.version === version && !this.#pending.has(document)) {
			if (this.searchDiagnostics.has(document.uri)) {
				this.searchDiagnostics.delete(document.uri);
				this.#documentsWithSearchResults.add(document);
			}
			const findings = findDocumentFindings(document, tokens, this.services);
			const diagnostics = findings.map((finding) =>
				createDiagnostic(finding.kind, FINDING_SEVERITIES[finding.kind], toRange(document, finding), findingText(finding)),
			);
			// VS Code looks for quick fixes again after each change, and closes their menu, even if all diagnostics are the same.
			if (!isDeepStrictEqual(diagnostics, this.#collection.get(document.uri) ?? [])) {
				this.#collection.set(document.uri, diagnostics);
			}
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
