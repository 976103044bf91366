import * as vscode from 'vscode';
import * as v from 'valibot';
import { formatApiKey, getSecret } from '../../domain/apiKey';
import type { Finding } from '../../domain/finding';
import { findKeyOwner } from '../../domain/keyOwner';
import type { Clock } from '../../domain/ports';
import { fieldProblem, problem, type ProblemError } from '../../domain/problems';
import type { SourceToken, TokenLocator, TokenSources } from '../../domain/tokenSources';
import type { FixContext } from '../../models/findingFixes';
import type { TextReplacement } from '../../requestFiles/authorizationEdits';
import { createEnvironmentReplacement, findKeyAgain, findKeysWithId, type LocatedKey } from '../../requestFiles/keyReplacement';
import { formatVariableReference } from '../../requestFiles/keyReferences';
import type { TextRange } from '../../requestFiles/lines';
import { variableReferenceFor } from '../../requestFiles/tokenVariables';
import { importApiKey } from '../commands/importToken';
import { authorizationOrThrow } from '../../models/keyTexts';
import { log } from '../log';
import { editDocument } from '../requestFiles/editDocument';
import { loadOnDemand } from '../loadOnDemand';
import { canContainRequests, fileNameOf } from '../requestFiles/requestDocuments';

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
	const opened = await vscode.workspace.openTextDocument(uri);
	const original = findKeysWithId(opened.getText()).find(({ value }) => value.start === output.start);
	if (!original) {
		throw keyNotFoundProblem();
	}
	const { tokenId } = original;
	const owner = await findKeyOwner(original, sources, log);
	// If the key can't be read, this file may be the only place that still has it.
	const authorization = owner && authorizationOrThrow(await owner.source.readKey(tokenId), tokenId);
	// Only the values near a secret say whose it is.
	if (original.isSecretOnly && (!authorization || getSecret(authorization) !== original.secret.toLowerCase())) {
		throw problem("Couldn't replace the secret because it isn't that of token {0}. Enter a reference to the right token.", tokenId);
	}
	if (!owner && !(await importApiKey(formatApiKey(original), sources.workspace, clock))) {
		return;
	}
	// The document may have changed in the meantime.
	const document = await vscode.workspace.openTextDocument(uri);
	const { version } = document;
	const found = findKeyAgain(document.getText(), original);
	const replacement = found && (await createReplacement(document, found, owner, sources));
	if (!replacement) {
		throw keyNotFoundProblem();
	}
	await editDocument(document, version, [replacement]);
}

/** Returns what can replace a plain-text key; undefined if nothing can. */
export async function findKeyReplacement(
	document: vscode.TextDocument,
	finding: Extract<Finding, { kind: 'plain-key' }>,
): Promise<FixContext['keyReplacement']> {
	const { tokenId, sourceToken } = finding;
	const knownId = tokenId ?? sourceToken?.token.id;
	if (knownId !== undefined && (await createFileReference(document, finding, { tokenId: knownId }))) {
		return 'reference';
	}
	if (tokenId === undefined) {
		return undefined;
	}
	if (canContainRequests(document)) {
		return 'reference';
	}
	return createEnvironmentReplacement(document.getText(), document.languageId, finding) ? 'environmentVariable' : undefined;
}

/** @param owner undefined if the key's token was just imported to the workspace */
async function createReplacement(
	document: vscode.TextDocument,
	{ tokenId, value, key, isSecretOnly }: LocatedKey,
	owner: SourceToken | undefined,
	sources: TokenSources,
): Promise<TextReplacement | undefined> {
	const text = document.getText();
	const fileReference = await createFileReference(document, value, { tokenId, ...(owner?.source.remote && { sourceId: owner.source.id }) });
	if (fileReference || isSecretOnly || !canContainRequests(document)) {
		return fileReference ?? createEnvironmentReplacement(text, document.languageId, value);
	}
	return { ...key, text: owner ? await variableReferenceFor(owner, sources) : formatVariableReference(tokenId) };
}

/** Creates the edit that replaces a value of a configuration file with a reference; undefined for other values and documents. */
async function createFileReference(
	document: vscode.TextDocument,
	value: TextRange,
	locator: TokenLocator,
): Promise<TextReplacement | undefined> {
	const text = document.getText();
	const { createReferenceReplacement, getConfigurationFileKind } = await loadOnDemand();
	const kind = getConfigurationFileKind(document.languageId, fileNameOf(document));
	return kind && createReferenceReplacement(text, kind, value, locator);
}

function keyNotFoundProblem(): ProblemError {
	return problem('The API key is no longer in the file. Check the file and try again.');
}
