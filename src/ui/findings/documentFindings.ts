import * as vscode from 'vscode';
import type { SourceToken, TokenSources } from '../../domain/tokenSources';
import { parseMarkdown, parseRequestFile } from '../../requestFiles/requestFileParser';
import { DEFAULT_ENDPOINT } from '../../sources/connect/endpoint';
import { canContainRequests, isRequestFile } from '../requestFiles/requestDocuments';
import { hasAllTokens } from '../../requestFiles/tokenVariables';
import { readGatewayUpstream, readModules } from '../settings';
import type { Finding } from '../../domain/finding';
import { findInRequests, findPlainKeyFindings } from '../../requestFiles/findings';

/** Texts longer than this, in UTF-16 units, are data rather than something that people write keys into. */
const MAX_DOCUMENT_LENGTH = 5_000_000;

/**
 * What there is to say about a document that the editor has opened.
 * @param tokens those that it may refer to, as `tokensNamedIn` has them
 */
export function findInDocument(
	document: vscode.TextDocument,
	tokens: readonly SourceToken[],
	sources: TokenSources,
	gatewayUrl: string | undefined,
): readonly Finding[] {
	const text = document.getText();
	if (text.length > MAX_DOCUMENT_LENGTH) {
		return [];
	}
	const keys = findPlainKeyFindings(text, tokens);
	if (!canContainRequests(document)) {
		return keys;
	}
	const requests = isRequestFile(document) ? parseRequestFile(text) : parseMarkdown(text).flatMap((fence) => fence.requests);
	return [
		...keys,
		...findInRequests(text, requests, {
			tokens,
			hasAllTokens: hasAllTokens(sources),
			modulePaths: readModules().paths,
			baseUrls: moduleBaseUrls(sources, gatewayUrl),
		}),
	];
}

export function toRange(document: vscode.TextDocument, { start, end }: Finding): vscode.Range {
	return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** URLs below which the modules' paths lie. */
function moduleBaseUrls({ all }: TokenSources, gatewayUrl: string | undefined): readonly string[] {
	return [gatewayUrl, readUpstreamOrUndefined(), DEFAULT_ENDPOINT, ...all.map(({ remote }) => remote?.account.endpoint)].flatMap((item) =>
		item === undefined ? [] : [item.replace(/\/+$/, '')],
	);
}

/** Its setting is reported where the gateway is started. */
function readUpstreamOrUndefined(): string | undefined {
	try {
		return readGatewayUpstream() ?? undefined;
	} catch {
		return undefined;
	}
}
