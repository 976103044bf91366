import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { COMPLETION_TRIGGERS, createCompletions } from './completions';
import { requestDocuments } from './documents';
import { createHovers, createInlayHints, createLinks } from './explain';
import { SendLenses } from './lenses';
import type { ReferencedTokens } from './referencedTokens';

/** Registers what explains, offers and uses references to tokens in request files. */
export function registerProviders(references: ReferencedTokens, clock: Clock): vscode.Disposable {
	const lenses = new SendLenses(references);
	return vscode.Disposable.from(
		lenses,
		vscode.languages.registerCodeLensProvider(requestDocuments, lenses),
		vscode.languages.registerHoverProvider(requestDocuments, createHovers(references, clock)),
		vscode.languages.registerDocumentLinkProvider(requestDocuments, createLinks(references)),
		vscode.languages.registerInlayHintsProvider(requestDocuments, createInlayHints(references, clock)),
		vscode.languages.registerCompletionItemProvider(requestDocuments, createCompletions(references, clock), ...COMPLETION_TRIGGERS),
	);
}
