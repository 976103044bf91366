import * as vscode from 'vscode';
import type { Token } from '../../domain/token';
import { parseMarkdown, parseRequestFile } from '../../http/requestFile';
import { holdsRequests, isRequestFile } from '../requestFiles/documents';
import { gatewayUpstream, modules } from '../settings';
import { findInRequests, findKeys, type Finding } from './findings';

/** Where the platform's API lies. */
const PLATFORM = 'https://api.connect.cloudblue.com/public/v1';

/** Texts longer than this, in UTF-16 units, are data rather than something that people write keys into. */
const LONGEST = 5_000_000;

/**
 * What there is to say about a document that the editor has opened.
 * @param tokens undefined where they cannot be read: then nothing is said about them
 */
export function documentFindings(document: vscode.TextDocument, tokens: readonly Token[] | undefined, gatewayUrl: string | undefined): readonly Finding[] {
	const text = document.getText();
	if (text.length > LONGEST) {
		return [];
	}
	const keys = findKeys(text, tokens ?? []);
	if (!tokens || !holdsRequests(document)) {
		return keys;
	}
	const requests = isRequestFile(document) ? parseRequestFile(text) : parseMarkdown(text).flatMap((fence) => fence.requests);
	return [...keys, ...findInRequests(text, requests, { tokens, modulePaths: modules().paths, bases: bases(gatewayUrl) })];
}

export function rangeOf(document: vscode.TextDocument, { start, end }: Finding): vscode.Range {
	return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

function bases(gatewayUrl: string | undefined): readonly string[] {
	return [gatewayUrl, upstream(), PLATFORM].flatMap((one) => (one === undefined ? [] : [one.replace(/\/+$/, '')]));
}

/** Its setting is reported where the gateway is started. */
function upstream(): string | undefined {
	try {
		return gatewayUpstream() ?? undefined;
	} catch {
		return undefined;
	}
}
