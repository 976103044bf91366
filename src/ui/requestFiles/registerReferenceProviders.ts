import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { COMPLETION_TRIGGERS, createReferenceCompletionProvider } from './referenceCompletions';
import { createReferenceHoverProvider, createReferenceInlayHintsProvider, createReferenceLinkProvider } from './referenceHints';
import type { DocumentRequests } from './documentRequests';
import { requestDocumentSelector } from './requestDocuments';
import { SendCodeLensProvider } from './sendCodeLenses';
import type { TokenReferences } from './tokenReferences';
import type { HostCheckSource } from '../../requestFiles/hostCheck';

/** Registers hovers, links, hints, completions, and code lenses for token references in request files. */
export function registerReferenceProviders(
	references: TokenReferences,
	hosts: HostCheckSource,
	documentRequests: DocumentRequests,
	clock: Clock,
): vscode.Disposable {
	const lenses = new SendCodeLensProvider(references, hosts, documentRequests);
	return vscode.Disposable.from(
		lenses,
		vscode.languages.registerCodeLensProvider(requestDocumentSelector, lenses),
		vscode.languages.registerHoverProvider(
			requestDocumentSelector,
			createReferenceHoverProvider(references, hosts, documentRequests, clock),
		),
		vscode.languages.registerDocumentLinkProvider(requestDocumentSelector, createReferenceLinkProvider(references)),
		vscode.languages.registerInlayHintsProvider(
			requestDocumentSelector,
			createReferenceInlayHintsProvider(references, hosts, documentRequests, clock),
		),
		vscode.languages.registerCompletionItemProvider(
			requestDocumentSelector,
			createReferenceCompletionProvider(references, hosts, documentRequests, clock),
			...COMPLETION_TRIGGERS,
		),
	);
}
