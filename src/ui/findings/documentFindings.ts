import * as vscode from 'vscode';
import type { Finding } from '../../domain/finding';
import type { GatewayState } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { findInDocument } from '../../requestFiles/findings';
import { hasAllTokens } from '../../requestFiles/tokenVariables';
import { DEFAULT_ENDPOINT } from '../../sources/connect/endpoint';
import { requestFileKind } from '../requestFiles/requestDocuments';
import { readModules, readUpstreamOrUndefined } from '../settings';
import type { HostCheckSource } from '../../requestFiles/hostCheck';

/** Dependencies of the search for findings. */
export interface FindingServices {
	readonly sources: TokenSources;
	readonly gateway: GatewayState;
	readonly hosts: HostCheckSource;
}

/**
 * Finds problems with keys and tokens in an open document.
 * @param tokens that the document may reference, as returned by `findReferencedTokens`
 * @param services whose `hosts` must have been read
 */
export function findDocumentFindings(
	document: vscode.TextDocument,
	tokens: readonly SourceToken[],
	{ sources, gateway, hosts }: FindingServices,
): readonly Finding[] {
	const text = document.getText();
	return findInDocument(text, requestFileKind(document), {
		tokens,
		hasAllTokens: hasAllTokens(sources),
		modulePaths: readModules().paths,
		baseUrls: moduleBaseUrls(sources, gateway.url),
		file: document.uri.toString(),
		hostCheck: hosts.current,
	});
}

export function toRange(document: vscode.TextDocument, { start, end }: Finding): vscode.Range {
	return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

function moduleBaseUrls({ all }: TokenSources, gatewayUrl: string | undefined): readonly string[] {
	return [gatewayUrl, readUpstreamOrUndefined(), DEFAULT_ENDPOINT, ...all.map(({ remote }) => remote?.account.endpoint)].flatMap((item) =>
		item === undefined ? [] : [item.replace(/\/+$/, '')],
	);
}
