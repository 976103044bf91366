import * as vscode from 'vscode';
import * as v from 'valibot';
import { formatApiKey } from '../../domain/apiKey';
import type { Clock } from '../../domain/ports';
import type { TokenSources } from '../../domain/tokenSources';
import { fieldProblem, problem } from '../../domain/problems';
import { formatEnvironmentValue } from '../../requestFiles/environmentHeader';
import { sliceRange, type TextRange } from '../../requestFiles/lines';
import { findPlainTextKeys } from '../../requestFiles/plainTextKeys';
import { formatVariableReference } from '../../requestFiles/keyReferences';
import { importApiKey } from '../commands/importToken';
import { readAuthorization } from '../commands/keyAccess';
import { canContainRequests } from '../requestFiles/requestDocuments';
import { variableReferenceFor } from '../../requestFiles/tokenVariables';
import { findKeyOwner } from '../../domain/keyOwner';

/** What a caller in code passes to the command that takes a key out of a document: never the key. */
export interface PlainKeyLocation {
	readonly uri: string;
	/** Where the key starts, in UTF-16 units. */
	readonly start: number;
}

const locationSchema = v.object({ uri: v.string(), start: v.number() }) satisfies v.GenericSchema<PlainKeyLocation>;

const keyNotFoundProblem = () => problem('The API key is no longer in the file. Check the file and try again.');
const keyNotReplacedProblem = () => problem("Couldn't replace the API key because the file changed or is read-only. Try again.");

/**
 * Takes a key that stands in a document in plain out of it, and puts a reference there, or the environment variable in code. A key of
 * no token here is imported first, so that it is not lost.
 */
export async function replacePlainKey(argument: unknown, sources: TokenSources, clock: Clock): Promise<void> {
	const { success, output } = v.safeParse(locationSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Place the cursor on the API key and choose the quick fix.');
	}
	const uri = vscode.Uri.parse(output.uri);
	const { tokenId, secret } =
		findKeysInDocument(await vscode.workspace.openTextDocument(uri)).find(({ start }) => start === output.start) ?? {};
	if (tokenId === undefined || secret === undefined) {
		throw keyNotFoundProblem();
	}
	const found = await findKeyOwner({ tokenId, secret }, sources);
	if (found) {
		// Where it cannot be read, this may be the only place that still has it.
		await readAuthorization(found.source, tokenId, 'replacing a plain-text key');
	} else if (!(await importApiKey(formatApiKey({ tokenId, secret }), sources.workspace, clock))) {
		return;
	}
	// The file may have become another meanwhile.
	const document = await vscode.workspace.openTextDocument(uri);
	const matches = findKeysInDocument(document).filter((key) => key.tokenId === tokenId && key.secret === secret);
	const key = matches.find(({ start }) => start === output.start) ?? matches[0];
	if (!key) {
		throw keyNotFoundProblem();
	}
	const reference = found ? await variableReferenceFor(found, sources) : formatVariableReference(tokenId);
	const { start, end, text } = replacementFor(document, reference, key);
	const edit = new vscode.WorkspaceEdit();
	edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
	if (!(await vscode.workspace.applyEdit(edit))) {
		throw keyNotReplacedProblem();
	}
}

/** A key of a document. */
interface DocumentKey {
	/** Where it starts, with its scheme. */
	readonly start: number;
	readonly tokenId: string | undefined;
	readonly secret: string;
	readonly value: TextRange;
	/** Without its scheme, which stays as it is written. */
	readonly key: TextRange;
}

function findKeysInDocument(document: vscode.TextDocument): readonly DocumentKey[] {
	const text = document.getText();
	return findPlainTextKeys(text).map(({ tokenId, secret, value, ...key }) => ({
		start: value.start,
		tokenId,
		secret: sliceRange(text, secret),
		value,
		key,
	}));
}

function replacementFor(
	document: vscode.TextDocument,
	reference: string,
	{ value, key }: DocumentKey,
): TextRange & { readonly text: string } {
	const replacement = canContainRequests(document)
		? { start: key.start, end: key.end, text: reference }
		: environmentLiteral(document, value);
	if (!replacement) {
		throw keyNotReplacedProblem();
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
	const isWholeLiteral = /^["'`]$/.test(quote) && text.charAt(end) === quote && /^ApiKey[ \t]/i.test(text.slice(start, end));
	// Neither with a prefix, such as Python's f, nor in three quotes.
	const isPlainLiteral = !/[\w"'`]/.test(text.charAt(start - 2) + text.charAt(end + 1));
	const replacement = isWholeLiteral && isPlainLiteral ? formatEnvironmentValue(document.languageId, quote) : undefined;
	return replacement === undefined ? undefined : { start: start - 1, end: end + 1, text: replacement };
}
