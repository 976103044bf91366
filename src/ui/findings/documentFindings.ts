import * as vscode from 'vscode';
import type { Finding } from '../../domain/finding';
import type { GatewayState } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { findInDocument } from '../../requestFiles/findings';
import { listGatewayBaseUrls } from '../../requestFiles/gatewayBaseUrls';
import { findReferencedTokens, hasAllTokens } from '../../requestFiles/tokenVariables';
import { DEFAULT_ENDPOINT } from '../../sources/connect/endpoint';
import type { DocumentRequests } from '../requestFiles/documentRequests';
import { fileOf, requestFileKind } from '../requestFiles/requestDocuments';
import { readModules, readUpstreamOrUndefined } from '../settings';
import type { HostCheckSource } from '../../requestFiles/hostCheck';

/** Dependencies of the search for findings. */
export interface FindingServices {
	readonly sources: TokenSources;
	readonly gateway: GatewayState;
	readonly hosts: HostCheckSource;
	readonly documentRequests: DocumentRequests;
}

/** Finds the tokens that a document may reference, and reads what its findings are based on. */
export async function readDocumentTokens(
	document: vscode.TextDocument,
	{ sources, hosts, documentRequests }: FindingServices,
): Promise<readonly SourceToken[]> {
	const [{ requests, importedRequests }] = await Promise.all([documentRequests.load(document), hosts.read()]);
	const variables = [...requests, ...importedRequests].flatMap((use) => use.variables);
	return findReferencedTokens([document.getText(), ...variables].join('\n'), sources);
}

/**
 * Finds problems with keys and tokens in an open document.
 * @param tokens as returned by `readDocumentTokens`
 */
export function findDocumentFindings(
	document: vscode.TextDocument,
	tokens: readonly SourceToken[],
	{ sources, gateway, hosts, documentRequests }: FindingServices,
): readonly Finding[] {
	const text = document.getText();
	return findInDocument(text, requestFileKind(document), {
		tokens,
		hasAllTokens: hasAllTokens(sources),
		modulePaths: readModules().paths,
		baseUrls: moduleBaseUrls(sources, gateway.url),
		file: fileOf(document),
		readImport: documentRequests.createReader(document.uri),
		hostCheck: hosts.current,
	});
}

export function toRange(document: vscode.TextDocument, { start, end }: Finding): vscode.Range {
	return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

function moduleBaseUrls({ all }: TokenSources, gatewayUrl: string | undefined): readonly string[] {
	return [
		...(gatewayUrl === undefined ? [] : listGatewayBaseUrls(gatewayUrl)),
		...[readUpstreamOrUndefined(), DEFAULT_ENDPOINT, ...all.map(({ remote }) => remote?.account.endpoint)].flatMap((item) =>
			item === undefined ? [] : [item.replace(/\/+$/, '')],
		),
	];
}
