import * as vscode from 'vscode';
import type { Disposable } from '../../domain/ports';
import type { SourceToken } from '../../domain/tokenSources';
import { FINDING_SEVERITIES, findingText } from '../../models/findingTexts';
import { createDiagnostic } from './createDiagnostic';
import { DocumentDiagnostics } from './documentDiagnostics';
import { findDocumentFindings, readDocumentTokens, toRange, type FindingServices } from './documentFindings';

/** Shows findings in every open document. */
export class FindingDiagnostics implements Disposable {
	readonly #diagnostics: DocumentDiagnostics;
	readonly #subscriptions: readonly Disposable[];

	/** Open documents that the search found keys in. */
	readonly #documentsWithSearchResults = new WeakSet<vscode.TextDocument>();

	/** @param searchDiagnostics results of the search. While a document is open, its own findings are shown instead, because they're newer */
	constructor(
		private readonly services: FindingServices,
		private readonly searchDiagnostics: vscode.DiagnosticCollection,
	) {
		const refreshAll = () => this.refreshAll();
		this.#diagnostics = new DocumentDiagnostics({
			name: 'connectTokens',
			accepts: () => true,
			read: async (document) => {
				// If a source can't be read, the Tokens view reports it, and plain-text keys are still found.
				const tokens = await readDocumentTokens(document, services);
				return () => this.#find(document, tokens);
			},
			onWillRemove: (document, diagnostics) => {
				if (this.#documentsWithSearchResults.has(document)) {
					searchDiagnostics.set(
						document.uri,
						diagnostics?.filter(({ code }) => code === 'plain-key'),
					);
				}
			},
		});
		this.#subscriptions = [
			this.#diagnostics,
			services.sources.onDidChange(refreshAll),
			services.gateway.onDidChange(refreshAll),
			services.hosts.onDidChange(refreshAll),
			services.documentRequests.onDidChange(refreshAll),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration('connectTokens')) {
					refreshAll();
				}
			}),
		];
	}

	refreshAll(): void {
		this.#diagnostics.refreshAll();
	}

	dispose(): void {
		this.#subscriptions.forEach((item) => item.dispose());
	}

	#find(document: vscode.TextDocument, tokens: readonly SourceToken[]): readonly vscode.Diagnostic[] {
		if (this.searchDiagnostics.has(document.uri)) {
			this.searchDiagnostics.delete(document.uri);
			this.#documentsWithSearchResults.add(document);
		}
		return findDocumentFindings(document, tokens, this.services).map((finding) =>
			createDiagnostic(finding.kind, FINDING_SEVERITIES[finding.kind], toRange(document, finding), findingText(finding)),
		);
	}
}
