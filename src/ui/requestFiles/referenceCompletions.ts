import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import { isUsable } from '../../domain/token';
import type { HostVerdict } from '../../domain/tokenHosts';
import type { SourceToken } from '../../domain/tokenSources';
import { completionTexts } from '../../models/referenceTexts';
import type { Destination } from '../../requestFiles/destinations';
import { checkToken, type HostCheckSource } from '../../requestFiles/hostCheck';
import type { RequestUse } from '../../requestFiles/requestUses';
import { findAuthorizationValueRange } from '../../requestFiles/authorizationValueRange';
import { formatAuthorizationReference, getVariableName } from '../../requestFiles/keyReferences';
import { findRequestFences } from '../../requestFiles/markdownFences';
import { tokensByVariable } from '../../requestFiles/tokenVariables';
import { describeToken } from './describeReference';
import type { DocumentRequests } from './documentRequests';
import { fileOf, isRequestFile } from './requestDocuments';
import type { TokenReferences } from './tokenReferences';

/** Characters typed right before a header's value. */
export const COMPLETION_TRIGGERS = [':', ' '];

/** Completes the value of an Authorization header with references to tokens. */
export function createReferenceCompletionProvider(
	references: TokenReferences,
	hosts: HostCheckSource,
	documentRequests: DocumentRequests,
	clock: Clock,
): vscode.CompletionItemProvider {
	return {
		provideCompletionItems: async (document, position) => {
			const valueRange = findAuthorizationValueRange(document.lineAt(position).text, position.character);
			if (!valueRange || !isInRequests(document, position)) {
				return undefined;
			}
			const [tokens, context] = await Promise.all([references.listTokens(), hosts.read()]);
			const destinations = findDestinations(documentRequests.findAt(document, document.offsetAt(position)));
			const byVariable = tokensByVariable(tokens);
			const range = new vscode.Range(position.line, valueRange.start, position.line, valueRange.end);
			return tokens.map((found) => {
				const isUniqueById = byVariable.get(getVariableName(found.token.id)) === found;
				const reference = formatAuthorizationReference(found.token.id, isUniqueById ? undefined : found.source.id);
				const verdict = destinations && checkToken(destinations, found, fileOf(document), context);
				return toCompletionItem(found, reference, range, verdict, clock());
			});
		},
	};
}

function findDestinations(use: RequestUse | undefined): readonly Destination[] | undefined {
	return use && Object.values(use.destinationsByClient).flat();
}

function isInRequests(document: vscode.TextDocument, position: vscode.Position): boolean {
	const offset = document.offsetAt(position);
	return (
		isRequestFile(document) || findRequestFences(document.getText()).some(({ content: { start, end } }) => start <= offset && offset <= end)
	);
}

function toCompletionItem(
	found: SourceToken,
	reference: string,
	range: vscode.Range,
	verdict: HostVerdict | undefined,
	now: Date,
): vscode.CompletionItem {
	const { label, description, filterText, sortText } = completionTexts(found, reference, verdict);
	const item = new vscode.CompletionItem({ label, description }, vscode.CompletionItemKind.Reference);
	item.range = range;
	item.insertText = ` ${reference}`;
	item.filterText = filterText;
	item.sortText = sortText;
	item.tags = isUsable(found.token) ? [] : [vscode.CompletionItemTag.Deprecated];
	item.documentation = describeToken(found, now);
	return item;
}
