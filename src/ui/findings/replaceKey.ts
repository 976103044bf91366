import * as vscode from 'vscode';
import * as v from 'valibot';
import { formatApiKey } from '../../domain/apiKey';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/sources';
import { fieldProblem, problem } from '../../domain/problems';
import { environmentValue } from '../../http/environment';
import { textOf, type TextRange } from '../../http/lines';
import { findPlainKeys } from '../../http/plainKeys';
import { variableReference } from '../../http/references';
import { importKey } from '../commands/importToken';
import { readAuthorization } from '../commands/keys';
import { holdsRequests } from '../requestFiles/documents';
import { variableReferenceFor } from '../requestFiles/variables';
import { ownerOf } from './keyOwner';

/** What a caller in code passes to the command that takes a key out of a document: never the key. */
export interface KeyPlace {
	readonly uri: string;
	/** Where the key starts, in UTF-16 units. */
	readonly start: number;
}

const placeSchema = v.object({ uri: v.string(), start: v.number() }) satisfies v.GenericSchema<KeyPlace>;

const gone = () => problem('The key is not there any more. Look at the file and try again.');
const notReplaced = () => problem('The key could not be replaced because the file changed or is read-only. Try again.');

/**
 * Takes a key that stands in a document in plain out of it, and puts a reference there, or the environment variable in code. A key of
 * no token here is imported first, so that it is not lost.
 */
export async function replaceKey(argument: unknown, sources: TokenSources, clock: Clock): Promise<void> {
	const { success, output } = v.safeParse(placeSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Put the cursor on the key and choose the quick fix.');
	}
	const uri = vscode.Uri.parse(output.uri);
	const { tokenId, secret } = keysOf(await vscode.workspace.openTextDocument(uri)).find(({ start }) => start === output.start) ?? {};
	if (tokenId === undefined || secret === undefined) {
		throw gone();
	}
	const found = await ownerOf({ tokenId, secret }, sources);
	if (found) {
		// Where it cannot be read, this may be the only place that still has it.
		await readAuthorization(found.source, tokenId);
	} else if (!(await importKey(formatApiKey({ tokenId, secret }), sources.workspace, clock))) {
		return;
	}
	// The file may have become another meanwhile.
	const document = await vscode.workspace.openTextDocument(uri);
	const same = keysOf(document).filter((key) => key.tokenId === tokenId && key.secret === secret);
	const key = same.find(({ start }) => start === output.start) ?? same[0];
	if (!key) {
		throw gone();
	}
	const reference = found ? await variableReferenceFor(found, sources) : variableReference(tokenId);
	const { start, end, text } = replacementIn(document, reference, key);
	const edit = new vscode.WorkspaceEdit();
	edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
	if (!(await vscode.workspace.applyEdit(edit))) {
		throw notReplaced();
	}
}

/** A key of a document. */
interface KeyIn {
	/** Where it starts, with its scheme. */
	readonly start: number;
	readonly tokenId: string | undefined;
	readonly secret: string;
	readonly value: TextRange;
	/** Without its scheme, which stays as it is written. */
	readonly key: TextRange;
}

function keysOf(document: vscode.TextDocument): readonly KeyIn[] {
	const text = document.getText();
	return findPlainKeys(text).map(({ tokenId, secret, value, ...key }) => ({
		start: value.start,
		tokenId,
		secret: textOf(text, secret),
		value,
		key,
	}));
}

function replacementIn(document: vscode.TextDocument, reference: string, { value, key }: KeyIn): TextRange & { readonly text: string } {
	const replacement = holdsRequests(document) ? { start: key.start, end: key.end, text: reference } : environmentLiteral(document, value);
	if (!replacement) {
		throw notReplaced();
	}
	return replacement;
}

/**
 * What takes the place of a key that is all that a string of a program holds, with its scheme as the variable has it; undefined where it
 * is not, or the language is not known.
 */
export function environmentLiteral(
	document: vscode.TextDocument,
	{ start, end }: TextRange,
): (TextRange & { readonly text: string }) | undefined {
	const text = document.getText();
	const quote = text.charAt(start - 1);
	const isWhole = /^["'`]$/.test(quote) && text.charAt(end) === quote && /^ApiKey[ \t]/i.test(text.slice(start, end));
	// Neither with a prefix, such as Python's f, nor in three quotes.
	const isPlain = !/[\w"'`]/.test(text.charAt(start - 2) + text.charAt(end + 1));
	const replacement = isWhole && isPlain ? environmentValue(document.languageId, quote) : undefined;
	return replacement === undefined ? undefined : { start: start - 1, end: end + 1, text: replacement };
}
