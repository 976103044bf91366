import * as vscode from 'vscode';
import * as v from 'valibot';
import { formatApiKey } from '../../domain/apiKey';
import type { Clock, WorkspaceTokens } from '../../domain/ports';
import { fieldProblem, problem } from '../../domain/problems';
import { environmentValue } from '../../http/environment';
import type { TextRange } from '../../http/lines';
import { findPlainKeys } from '../../http/plainKeys';
import { referenceTo } from '../../http/references';
import { importKey } from '../commands/importToken';
import { holdsRequests } from '../requestFiles/documents';

/** What a caller in code passes to the command that takes a key out of a document: never the key. */
export interface KeyPlace {
	readonly uri: string;
	/** Where the key starts, in UTF-16 units. */
	readonly start: number;
}

const placeSchema = v.object({ uri: v.string(), start: v.number() }) satisfies v.GenericSchema<KeyPlace>;

/**
 * Takes a key that stands in a document in plain out of it, and puts a reference there, or the environment variable in code. A key of
 * no token here is imported first, so that it is not lost.
 */
export async function replaceKey(argument: unknown, source: WorkspaceTokens, clock: Clock): Promise<void> {
	const { success, output } = v.safeParse(placeSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Put the cursor on the key and choose the quick fix.');
	}
	const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(output.uri));
	const key = findPlainKeys(document.getText()).find(({ value }) => value.start === output.start);
	if (key?.tokenId === undefined) {
		throw problem('The key is not there any more. Look at the file and try again.');
	}
	const { tokenId, value } = key;
	const text = document.getText().slice(key.secret.start, key.secret.end);
	if (!(await source.get(tokenId)) && !(await importKey(formatApiKey({ tokenId, secret: text }), source, clock))) {
		return;
	}
	const replacement = replacementIn(document, tokenId, value);
	const edit = new vscode.WorkspaceEdit();
	edit.replace(document.uri, new vscode.Range(document.positionAt(replacement.start), document.positionAt(replacement.end)), replacement.text);
	if (!(await vscode.workspace.applyEdit(edit))) {
		throw problem('The key could not be replaced because the file changed or is read-only. Try again.');
	}
}

function replacementIn(document: vscode.TextDocument, tokenId: string, value: TextRange): TextRange & { readonly text: string } {
	if (!holdsRequests(document)) {
		const literal = environmentLiteral(document, value);
		if (!literal) {
			throw problem('The key could not be replaced because the file changed or is read-only. Try again.');
		}
		return literal;
	}
	const hasScheme = /^ApiKey/i.test(document.getText().slice(value.start, value.end));
	return { ...value, text: hasScheme ? referenceTo(tokenId) : referenceTo(tokenId).replace(/^ApiKey /, '') };
}

/** What takes the place of a key that is all that a string of a program holds; undefined where it is not, or the language is not known. */
export function environmentLiteral(document: vscode.TextDocument, { start, end }: TextRange): (TextRange & { readonly text: string }) | undefined {
	const text = document.getText().slice(Math.max(0, start - 1), end + 1);
	const quote = text.at(0);
	const isWhole = quote !== undefined && quote === text.at(-1) && /["'`]/.test(quote);
	const replacement = isWhole ? environmentValue(document.languageId, quote) : undefined;
	return replacement === undefined ? undefined : { start: start - 1, end: end + 1, text: replacement };
}
