import * as vscode from 'vscode';
import type { SourceToken, TokenSources } from '../../domain/sources';
import { parseMarkdown, parseRequestFile } from '../../http/requestFile';
import { DEFAULT_ENDPOINT } from '../../sources/connect/endpoint';
import { holdsRequests, isRequestFile } from '../requestFiles/documents';
import { areAllKnown } from '../requestFiles/variables';
import { gatewayUpstream, modules } from '../settings';
import { findInRequests, findKeys, type Finding } from './findings';

/** Texts longer than this, in UTF-16 units, are data rather than something that people write keys into. */
const LONGEST = 5_000_000;

/**
 * What there is to say about a document that the editor has opened.
 * @param tokens those that it may refer to, as `tokensNamedIn` has them
 */
export function documentFindings(
	document: vscode.TextDocument,
	tokens: readonly SourceToken[],
	sources: TokenSources,
	gatewayUrl: string | undefined,
): readonly Finding[] {
	const text = document.getText();
	if (text.length > LONGEST) {
		return [];
	}
	const keys = findKeys(text, tokens);
	if (!holdsRequests(document)) {
		return keys;
	}
	const requests = isRequestFile(document) ? parseRequestFile(text) : parseMarkdown(text).flatMap((fence) => fence.requests);
	return [
		...keys,
		...findInRequests(text, requests, {
			tokens,
			areAll: areAllKnown(sources),
			modulePaths: modules().paths,
			bases: bases(sources, gatewayUrl),
		}),
	];
}

export function rangeOf(document: vscode.TextDocument, { start, end }: Finding): vscode.Range {
	return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** URLs below which the modules' paths lie. */
function bases({ all }: TokenSources, gatewayUrl: string | undefined): readonly string[] {
	return [gatewayUrl, upstream(), DEFAULT_ENDPOINT, ...all.map(({ account }) => account?.endpoint)].flatMap((one) =>
		one === undefined ? [] : [one.replace(/\/+$/, '')],
	);
}

/** Its setting is reported where the gateway is started. */
function upstream(): string | undefined {
	try {
		return gatewayUpstream() ?? undefined;
	} catch {
		return undefined;
	}
}
