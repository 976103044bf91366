import * as vscode from 'vscode';
import type { Clock } from '../../domain/ports';
import type { SourceToken } from '../../domain/sources';
import { works } from '../../domain/token';
import { requestFences } from '../../http/markdown';
import { referenceTo, variableFor } from '../../http/references';
import { valueSlot } from '../../http/valueSlot';
import { verbatim } from '../messages';
import { accountNames, statusText } from '../tokenText';
import { describeToken } from './describeReference';
import { isRequestFile } from './documents';
import type { ReferencedTokens } from './referencedTokens';
import { tokensByVariable } from './variables';

/** What is typed right before a value. */
export const COMPLETION_TRIGGERS = [':', ' '];

/** Offers references to tokens as values of an Authorization header. */
export function createCompletions(references: ReferencedTokens, clock: Clock): vscode.CompletionItemProvider {
	return {
		provideCompletionItems: async (document, position) => {
			const slot = valueSlot(document.lineAt(position).text, position.character);
			const tokens = slot && isAmongRequests(document, position) ? await references.list() : undefined;
			const range = slot && new vscode.Range(position.line, slot.start, position.line, slot.end);
			const first = tokensByVariable(tokens ?? []);
			return tokens && range && tokens.map((found) => itemOf(found, first.get(variableFor(found.token.id)) === found, range, clock()));
		},
	};
}

function isAmongRequests(document: vscode.TextDocument, position: vscode.Position): boolean {
	const offset = document.offsetAt(position);
	return (
		isRequestFile(document) || requestFences(document.getText()).some(({ content: { start, end } }) => start <= offset && offset <= end)
	);
}

/**
 * Tokens that do not work come last and are struck through.
 * @param isFirst whether the id alone means this token
 */
function itemOf(found: SourceToken, isFirst: boolean, range: vscode.Range, now: Date): vscode.CompletionItem {
	const { source, token } = found;
	const name = verbatim(token.name);
	const label = { label: name, description: [token.id, statusText(token), ...accountNames(source)].join(' · ') };
	const item = new vscode.CompletionItem(label, vscode.CompletionItemKind.Reference);
	const reference = referenceTo(token.id, isFirst ? undefined : source.id);
	item.range = range;
	item.insertText = ` ${reference}`;
	// The editor filters by what stands in the range already, be it a name being typed or a reference.
	item.filterText = `${reference} ${name} ${token.id}`;
	item.sortText = `${works(token) ? 0 : 1} ${name.toLocaleLowerCase()}`;
	item.tags = works(token) ? [] : [vscode.CompletionItemTag.Deprecated];
	item.documentation = describeToken(found, now);
	return item;
}
