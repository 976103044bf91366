import * as v from 'valibot';
import * as vscode from 'vscode';
import { isLoopbackHost, parseOrigin } from '../../domain/origins';
import { fieldProblem, problem, unknownTokenProblem } from '../../domain/problems';
import type { SourceToken } from '../../domain/tokenSources';
import { getVariableName } from '../../requestFiles/keyReferences';
import { createRecipientRewrite } from '../../requestFiles/recipientRewrite';
import { referenceValueFor, tokensByVariable } from '../../requestFiles/tokenVariables';
import { targets } from '../commands/targets';
import { startGatewayFor } from '../gateway/startGatewayFor';
import { applyRewrite } from './applyRewrite';
import { editDocument } from './editDocument';
import { requestFileKind } from './requestDocuments';
import type { RequestFileServices } from './requestFileServices';
import { loadOnDemand } from '../loadOnDemand';

const originSchema = v.pipe(
	v.string(),
	v.check((text) => parseOrigin(text) === text),
);
const hostArgumentSchema = v.object({ uri: v.string(), tokenId: v.string(), sourceId: v.string(), origin: originSchema });
const indexSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const tokenArgumentSchema = v.object({ uri: v.string(), line: indexSchema, character: indexSchema, origin: originSchema });

type RecipientServices = Pick<RequestFileServices, 'sources' | 'clock' | 'gateway'>;

/**
 * *Send Through the Gateway* and *Send to the Account*: sends a file's requests with a token to where the token is valid, instead of to
 * the origin in the argument. Starts the gateway if necessary.
 */
export async function changeRequestHost(argument: unknown, { sources, gateway }: RecipientServices): Promise<void> {
	const { uri, tokenId, sourceId, origin } = parseArgument(hostArgumentSchema, argument);
	const found = await sources.find({ tokenId, sourceId });
	if (!found) {
		throw unknownTokenProblem(tokenId);
	}
	const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
	const { version } = document;
	const baseUrl = found.source.remote?.account.endpoint ?? new URL(await startGatewayFor(gateway)).origin;
	const kind = requestFileKind(document);
	const variables = await listVariables(found, sources);
	const edits = kind && createRecipientRewrite(document.getText(), kind, { variables, fromOrigin: origin, baseUrl });
	if (!kind || !edits) {
		throw problem("Couldn't change where the requests are sent, because their host isn't defined in this file. Change it to {0}.", baseUrl);
	}
	await applyRewrite(document, version, edits, { kind, variables });
}

/** *Use an Account Token* and *Use a Workspace Token*: sets the header of the request at a position to a token that its host accepts. */
export async function changeRequestToken(argument: unknown, { sources, clock }: RecipientServices): Promise<void> {
	const { uri, line, character, origin } = parseArgument(tokenArgumentSchema, argument);
	const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
	const { version } = document;
	const options = { sources, clock, title: vscode.l10n.t('Change Referenced Token') };
	const found = await (isLoopbackHost(new URL(origin).hostname)
		? targets.pickWorkspaceToken(options)
		: targets.pickAccountToken(origin, options));
	if (!found) {
		return;
	}
	const kind = requestFileKind(document);
	const offset = document.offsetAt(new vscode.Position(line, character));
	const { placeAuthorization } = await loadOnDemand();
	const placement =
		kind && placeAuthorization(document.getText(), await referenceValueFor(found, sources), { kind, scope: 'cursors', offsets: [offset] });
	if (!placement || 'problem' in placement) {
		throw problem(placement?.problem ?? 'Place the cursor on the request and select the quick fix.');
	}
	await editDocument(document, version, placement.edits);
}

function parseArgument<T extends v.GenericSchema>(schema: T, argument: unknown): v.InferOutput<T> {
	const { success, output } = v.safeParse(schema, argument);
	if (!success) {
		throw fieldProblem('arguments', 'Place the cursor on the request and select the quick fix.');
	}
	return output;
}

/** Returns the environment variables that stand for the token. */
async function listVariables({ source, token }: SourceToken, sources: RecipientServices['sources']): Promise<ReadonlySet<string>> {
	const shortVariable = getVariableName(token.id);
	const isFirst = tokensByVariable(await sources.list('cached')).get(shortVariable)?.source === source;
	return new Set([getVariableName(token.id, source.id), ...(isFirst ? [shortVariable] : [])]);
}
