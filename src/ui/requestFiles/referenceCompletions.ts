import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { isUsable } from '../../domain/token';
import type { SourceToken } from '../../domain/tokenSources';
import { completionTexts } from '../../models/referenceTexts';
import { findAuthorizationValueRange } from '../../requestFiles/authorizationValueRange';
import { formatAuthorizationReference, getVariableName } from '../../requestFiles/keyReferences';
import { findRequestFences } from '../../requestFiles/markdownFences';
import { tokensByVariable } from '../../requestFiles/tokenVariables';
import { describeToken } from './describeReference';
import { isRequestFile } from './requestDocuments';
import type { TokenReferences } from './tokenReferences';

/** Characters typed right before a header's value. */
export const COMPLETION_TRIGGERS = [':', ' '];

/** Completes the value of an Authorization header with references to tokens. */
export function createReferenceCompletionProvider(references: TokenReferences, clock: Clock): vscode.CompletionItemProvider {
	return {
		provideCompletionItems: async (document, position) => {
			const valueRange = findAuthorizationValueRange(document.lineAt(position).text, position.character);
			if (!valueRange || !isInRequests(document, position)) {
				return undefined;
			}
			const tokens = await references.listTokens();
			const byVariable = tokensByVariable(tokens);
			const range = new vscode.Range(position.line, valueRange.start, position.line, valueRange.end);
			return tokens.map((found) => {
				const isUniqueById = byVariable.get(getVariableName(found.token.id)) === found;
				const reference = formatAuthorizationReference(found.token.id, isUniqueById ? undefined : found.source.id);
				return toCompletionItem(found, reference, range, clock());
			});
		},
	};
}

function isInRequests(document: vscode.TextDocument, position: vscode.Position): boolean {
	const offset = document.offsetAt(position);
	return (
		isRequestFile(document) || findRequestFences(document.getText()).some(({ content: { start, end } }) => start <= offset && offset <= end)
	);
}

function toCompletionItem(found: SourceToken, reference: string, range: vscode.Range, now: Date): vscode.CompletionItem {
	const { label, description, filterText, sortText } = completionTexts(found, reference);
	const item = new vscode.CompletionItem({ label, description }, vscode.CompletionItemKind.Reference);
	item.range = range;
	item.insertText = ` ${reference}`;
	item.filterText = filterText;
	item.sortText = sortText;
	item.tags = isUsable(found.token) ? [] : [vscode.CompletionItemTag.Deprecated];
	item.documentation = describeToken(found, now);
	return item;
}
