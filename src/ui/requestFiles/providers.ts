import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { COMPLETION_TRIGGERS, createCompletions } from './completions';
import { requestDocuments } from './documents';
import { createHovers, createInlayHints, createLinks } from './explain';
import type { ReferencedTokens } from './referencedTokens';

/** Registers what explains and offers references to tokens in request files, which needs no trust in the workspace. */
export function registerProviders(references: ReferencedTokens, clock: Clock): vscode.Disposable {
	return vscode.Disposable.from(
		vscode.languages.registerHoverProvider(requestDocuments, createHovers(references, clock)),
		vscode.languages.registerDocumentLinkProvider(requestDocuments, createLinks(references)),
		vscode.languages.registerInlayHintsProvider(requestDocuments, createInlayHints(references, clock)),
		vscode.languages.registerCompletionItemProvider(requestDocuments, createCompletions(references, clock), ...COMPLETION_TRIGGERS),
	);
}
