import * as vscode from 'vscode';
import { createReferenceLinkProvider } from '../../requestFiles/referenceHints';
import type { TokenStatusServices } from '../../requestFiles/tokenStatuses';
import { createFileQuickFixProvider, showFileReferenceDiagnostics } from './fileReferenceDiagnostics';
import {
	createFileCompletionProvider,
	createFileHoverProvider,
	createFileInlayHintsProvider,
	FILE_COMPLETION_TRIGGERS,
} from './fileReferenceProviders';
import { fileReferenceSelector, FileReferences } from './fileReferences';

/** Registers everything about references outside of request files: hovers, links, hints, completions, diagnostics, and their quick fixes. */
export function registerReferences(services: TokenStatusServices): vscode.Disposable {
	const { clock } = services;
	const references = new FileReferences(services);
	return vscode.Disposable.from(
		references,
		showFileReferenceDiagnostics(references),
		vscode.languages.registerHoverProvider(fileReferenceSelector, createFileHoverProvider(references, clock)),
		vscode.languages.registerDocumentLinkProvider(fileReferenceSelector, createReferenceLinkProvider(references)),
		vscode.languages.registerInlayHintsProvider(fileReferenceSelector, createFileInlayHintsProvider(references, clock)),
		vscode.languages.registerCompletionItemProvider(
			fileReferenceSelector,
			createFileCompletionProvider(references, clock),
			...FILE_COMPLETION_TRIGGERS,
		),
		vscode.languages.registerCodeActionsProvider(fileReferenceSelector, createFileQuickFixProvider(references), {
			providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
		}),
	);
}
