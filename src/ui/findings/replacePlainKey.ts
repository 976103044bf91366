import * as vscode from 'vscode';
import * as v from 'valibot';
import { formatApiKey } from '../../domain/apiKey';
import { findKeyOwner } from '../../domain/keyOwner';
import type { Clock } from '../../domain/ports';
import { fieldProblem, problem, type ProblemError } from '../../domain/problems';
import type { TokenSources } from '../../domain/tokenSources';
import { createEnvironmentReplacement, findKeyAgain, findKeysWithId } from '../../requestFiles/keyReplacement';
import { formatVariableReference } from '../../requestFiles/keyReferences';
import { variableReferenceFor } from '../../requestFiles/tokenVariables';
import { importApiKey } from '../commands/importToken';
import { authorizationOrThrow } from '../../models/keyTexts';
import { log } from '../log';
import { editDocument } from '../requestFiles/editDocument';
import { canContainRequests } from '../requestFiles/requestDocuments';

/** Argument of the quick fix: the document, and where the key starts in UTF-16 units. Never the key itself. */
const locationSchema = v.object({ uri: v.string(), start: v.number() });

/**
 * Replaces a plain-text key with a reference or, in code, with an environment variable. If the key's token isn't known, imports it first
 * so that the key isn't lost.
 */
export async function replacePlainKey(argument: unknown, { sources, clock }: { sources: TokenSources; clock: Clock }): Promise<void> {
	const { success, output } = v.safeParse(locationSchema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Place the cursor on the API key and select the quick fix.');
	}
	const uri = vscode.Uri.parse(output.uri);
	const original = findKeysWithId((await vscode.workspace.openTextDocument(uri)).getText()).find(
		({ value }) => value.start === output.start,
	);
	if (!original) {
		throw keyNotFoundProblem();
	}
	const { tokenId } = original;
	const owner = await findKeyOwner(original, sources, log);
	if (owner) {
		// If the key can't be read, this file may be the only place that still has it.
		authorizationOrThrow(await owner.source.readKey(tokenId), tokenId);
	} else if (!(await importApiKey(formatApiKey(original), sources.workspace, clock))) {
		return;
	}
	const reference = owner ? await variableReferenceFor(owner, sources) : formatVariableReference(tokenId);
	// The document may have changed in the meantime.
	const document = await vscode.workspace.openTextDocument(uri);
	const key = findKeyAgain(document.getText(), original);
	if (!key) {
		throw keyNotFoundProblem();
	}
	const replacement = canContainRequests(document)
		? { ...key.key, text: reference }
		: createEnvironmentReplacement(document.getText(), document.languageId, key.value);
	if (!replacement) {
		throw keyNotFoundProblem();
	}
	await editDocument(document, document.version, [replacement]);
}

function keyNotFoundProblem(): ProblemError {
	return problem('The API key is no longer in the file. Check the file and try again.');
}
