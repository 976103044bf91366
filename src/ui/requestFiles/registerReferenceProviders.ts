import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { COMPLETION_TRIGGERS, createReferenceCompletionProvider } from './referenceCompletions';
import { createReferenceHoverProvider, createReferenceInlayHintsProvider, createReferenceLinkProvider } from './referenceHints';
import { requestDocumentSelector } from './requestDocuments';
import { SendCodeLensProvider } from './sendCodeLenses';
import type { TokenReferences } from './tokenReferences';

/** Registers hovers, links, hints, completions, and code lenses for token references in request files. */
export function registerReferenceProviders(references: TokenReferences, clock: Clock): vscode.Disposable {
	const lenses = new SendCodeLensProvider(references);
	return vscode.Disposable.from(
		lenses,
		vscode.languages.registerCodeLensProvider(requestDocumentSelector, lenses),
		vscode.languages.registerHoverProvider(requestDocumentSelector, createReferenceHoverProvider(references, clock)),
		vscode.languages.registerDocumentLinkProvider(requestDocumentSelector, createReferenceLinkProvider(references)),
		vscode.languages.registerInlayHintsProvider(requestDocumentSelector, createReferenceInlayHintsProvider(references, clock)),
		vscode.languages.registerCompletionItemProvider(
			requestDocumentSelector,
			createReferenceCompletionProvider(references, clock),
			...COMPLETION_TRIGGERS,
		),
	);
}
