import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { SourceToken } from '../../domain/tokenSources';
import { isUsable } from '../../domain/token';
import { findRequestFences } from '../../requestFiles/markdownFences';
import { formatAuthorizationReference, getVariableName } from '../../requestFiles/keyReferences';
import { findAuthorizationValueRange } from '../../requestFiles/authorizationValueRange';
import { escapeLabel } from '../../models/localization';
import { statusText } from '../../models/statusTexts';
import { accountLabels } from '../../models/tokenTexts';
import { describeToken } from './describeReference';
import { isRequestFile } from './requestDocuments';
import type { TokenReferences } from './tokenReferences';
import { tokensByVariable } from '../../requestFiles/tokenVariables';

/** What is typed right before a value. */
export const COMPLETION_TRIGGERS = [':', ' '];

/** Offers references to tokens as values of an Authorization header. */
export function createReferenceCompletionProvider(references: TokenReferences, clock: Clock): vscode.CompletionItemProvider {
	return {
		provideCompletionItems: async (document, position) => {
			const slot = findAuthorizationValueRange(document.lineAt(position).text, position.character);
			const tokens = slot && isInRequests(document, position) ? await references.listTokens() : undefined;
			const range = slot && new vscode.Range(position.line, slot.start, position.line, slot.end);
			const tokensByShortVariable = tokensByVariable(tokens ?? []);
			return (
				tokens &&
				range &&
				tokens.map((found) => toCompletionItem(found, tokensByShortVariable.get(getVariableName(found.token.id)) === found, range, clock()))
			);
		},
	};
}

function isInRequests(document: vscode.TextDocument, position: vscode.Position): boolean {
	const offset = document.offsetAt(position);
	return (
		isRequestFile(document) || findRequestFences(document.getText()).some(({ content: { start, end } }) => start <= offset && offset <= end)
	);
}

/**
 * Tokens that do not work come last and are struck through.
 * @param isUniqueById whether the id alone means this token
 */
function toCompletionItem(sourceToken: SourceToken, isUniqueById: boolean, range: vscode.Range, now: Date): vscode.CompletionItem {
	const { source, token } = sourceToken;
	const name = escapeLabel(token.name);
	const label = { label: name, description: [token.id, statusText(token), ...accountLabels(source)].join(' · ') };
	const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Reference);
	const reference = formatAuthorizationReference(token.id, isUniqueById ? undefined : source.id);
	item.range = range;
	item.insertText = ` ${reference}`;
	// The editor filters by what stands in the range already, be it a name being typed or a reference.
	item.filterText = `${reference} ${name} ${token.id}`;
	item.sortText = `${isUsable(token) ? 0 : 1} ${name.toLocaleLowerCase()}`;
	item.tags = isUsable(token) ? [] : [vscode.CompletionItemTag.Deprecated];
	item.documentation = describeToken(sourceToken, now);
	return item;
}
