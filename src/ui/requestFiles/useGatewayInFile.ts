import * as v from 'valibot';
import * as vscode from 'vscode';
import { solvableProblem } from '../../domain/problems';
import type { SourceToken } from '../../domain/tokenSources';
import type { TextReplacement } from '../../requestFiles/authorizationEdits';
import { createGatewayRewrite, listAccountVariables } from '../../requestFiles/gatewayRewrite';
import { formatVariableReference } from '../../requestFiles/keyReferences';
import { findReferencedTokens, variableReferenceFor } from '../../requestFiles/tokenVariables';
import { targets } from '../commands/targets';
import { startGatewayFor } from '../gateway/startGatewayFor';
import { readUpstreamOrUndefined } from '../settings';
import { editDocument } from './editDocument';
import { requestFileKind } from './requestDocuments';
import type { RequestFileServices } from './requestFileServices';

const argumentSchema = v.object({ uri: v.string() });

/** Any gateway and token, to find out whether a file can be changed. */
const SAMPLE = { gatewayUrl: 'http://127.0.0.1:7357', reference: formatVariableReference('SU-000-000-000') };

/**
 * *Use Gateway and Workspace Token in This File*: changes the host of the file's requests to the account that is the gateway's upstream, and
 * their references to its tokens. No key of the account has to be exposed for them anymore.
 */
export async function useGatewayInFile(argument: unknown, services: RequestFileServices): Promise<void> {
	const { sources, clock, gateway } = services;
	const document = v.is(argumentSchema, argument)
		? await vscode.workspace.openTextDocument(vscode.Uri.parse(argument.uri))
		: vscode.window.activeTextEditor?.document;
	const tokens = document ? await findReferencedTokens(document.getText(), sources) : [];
	if (!document || !canUseGateway(document, tokens)) {
		throw solvableProblem(
			'noUpstream',
			'Open a request file with requests to the account that connectTokens.gateway.upstream names, and try again.',
		);
	}
	const { version } = document;
	const title = vscode.l10n.t('Use Gateway in This File');
	const found = await targets.pickWorkspaceToken({ sources, clock, title });
	if (!found) {
		return;
	}
	const gatewayUrl = await startGatewayFor(gateway);
	const replacements = createRewrite(document, tokens, { gatewayUrl, reference: await variableReferenceFor(found, sources) }) ?? [];
	await editDocument(document, version, replacements);
}

/**
 * Returns whether the document's requests to the account that is the gateway's upstream can be sent through the gateway.
 * @param tokens that the document may reference, as returned by `findReferencedTokens`
 */
export function canUseGateway(document: vscode.TextDocument, tokens: readonly SourceToken[]): boolean {
	return createRewrite(document, tokens, SAMPLE) !== undefined;
}

function createRewrite(
	document: vscode.TextDocument,
	tokens: readonly SourceToken[],
	{ gatewayUrl, reference }: typeof SAMPLE,
): readonly TextReplacement[] | undefined {
	const kind = requestFileKind(document);
	const upstream = readUpstreamOrUndefined();
	return kind === undefined || upstream === undefined
		? undefined
		: createGatewayRewrite(document.getText(), kind, {
				variables: listAccountVariables(tokens, upstream),
				fromOrigin: new URL(upstream).origin,
				toUrl: new URL(gatewayUrl).origin,
				reference,
			});
}
