import { createAccessRules } from '../domain/accessRules';
import type { ModulePaths } from '../domain/modulePaths';
import type { Finding } from '../domain/finding';
import type { SourceToken } from '../domain/tokenSources';
import type { Token } from '../domain/token';
import { findPlainTextKeys } from './plainTextKeys';
import { findKeyReferences } from './keyReferences';
import { parseRequests, type RequestFileKind } from './requestFileKind';
import type { HttpRequest, ParsedRequest } from './requestFileParser';
import { tokensByVariable } from './tokenVariables';
import { parseFileVariables, resolveRequestTarget } from './requestTarget';
import { createPositionConverter, type TextPosition } from './textPositions';

/** Longer documents, in UTF-16 units, are treated as data, not as text that someone edits. */
const MAX_DOCUMENT_LENGTH = 5_000_000;

/** The context that findings in requests are based on. */
export interface FindingContext {
	/** In the order of their sources. */
	readonly tokens: readonly SourceToken[];
	/** Whether `tokens` is complete, so that a reference to any other token is an error. */
	readonly hasAllTokens: boolean;
	readonly modulePaths: ModulePaths;
	/** URLs that module paths are relative to, without a trailing slash: the platform's, the gateway's, and the upstream's. */
	readonly baseUrls: readonly string[];
}

/** A finding with the positions of its start and end. */
export interface LocatedFinding {
	readonly finding: Finding;
	readonly start: TextPosition;
	readonly end: TextPosition;
}

/**
 * Finds plain-text keys and, in a file with requests, problems with references. Returns nothing for very long documents.
 * @param kind undefined if the document can't contain requests
 */
export function findInDocument(text: string, kind: RequestFileKind | undefined, context: FindingContext): readonly Finding[] {
	if (text.length > MAX_DOCUMENT_LENGTH) {
		return [];
	}
	const keys = findPlainKeyFindings(text, context.tokens);
	return kind === undefined ? keys : [...keys, ...findInRequests(text, parseRequests(text, kind), context)];
}

/** Finds plain-text keys with their positions; undefined if there are none. */
export function locatePlainKeys(text: string, tokens: readonly SourceToken[]): readonly LocatedFinding[] | undefined {
	const findings = findPlainKeyFindings(text, tokens);
	if (findings.length === 0) {
		return undefined;
	}
	const positionAt = createPositionConverter(text);
	return findings.map((finding) => ({ finding, start: positionAt(finding.start), end: positionAt(finding.end) }));
}

/** Finds plain-text API keys, with their tokens if those are among `tokens`. Only a key that a reference can replace has a token ID. */
export function findPlainKeyFindings(text: string, tokens: readonly SourceToken[]): Finding[] {
	return findPlainTextKeys(text).map(({ value, tokenId, isReplaceable }) => ({
		...value,
		kind: 'plain-key',
		tokenId: isReplaceable === false ? undefined : tokenId,
		sourceToken: tokens.find(({ token }) => token.id === tokenId),
	}));
}

/** Finds references to unknown or unusable tokens, and requests that their tokens aren't allowed to make. */
export function findInRequests(
	text: string,
	requests: readonly ParsedRequest[],
	{ tokens, hasAllTokens, modulePaths, baseUrls }: FindingContext,
): Finding[] {
	const references = findKeyReferences(text);
	if (references.length === 0) {
		return [];
	}
	const byVariable = tokensByVariable(tokens);
	const checkAccess = createAccessRules(modulePaths);
	const variables = parseFileVariables(text);
	const httpRequests = requests.filter((item): item is HttpRequest => item.kind === 'http');
	let requestIndex = 0;
	return references.flatMap((reference): Finding[] => {
		const { start, end, tokenId, variable } = reference;
		const found = byVariable.get(variable);
		if (!found) {
			return hasAllTokens ? [{ start, end, kind: 'unknown-token', tokenId }] : [];
		}
		const { token } = found;
		const statusKind = statusFindingKind(token);
		const findings: Finding[] = statusKind ? [{ start, end, kind: statusKind, sourceToken: found }] : [];
		// Requests and references are both in document order.
		while (requestIndex < httpRequests.length && httpRequests[requestIndex]!.range.end < start) {
			requestIndex++;
		}
		const request = httpRequests[requestIndex];
		const target = request && request.range.start <= start ? resolveRequestTarget(text, request, variables) : undefined;
		const path = target && pathBelowBase(target.url, baseUrls);
		const access =
			target && path !== undefined && hasOnlyKnownModules(token, modulePaths)
				? checkAccess(target.method, path, token.permissions)
				: undefined;
		if (request && (access?.kind === 'missingModule' || access?.kind === 'noModule')) {
			const { content, end: lineEnd } = request.requestLine;
			findings.push({
				start: content,
				end: lineEnd,
				kind: 'not-covered',
				sourceToken: found,
				modules: access.kind === 'missingModule' ? access.modules : [],
			});
		}
		return findings;
	});
}

/** Access can't be checked for modules that only the platform knows, and needn't be with access to all modules. */
function hasOnlyKnownModules({ permissions }: Token, modulePaths: ModulePaths): boolean {
	return permissions.every((id) => id in modulePaths);
}

function statusFindingKind({ status }: Token): 'disabled' | 'expired' | 'expiring' | undefined {
	switch (status) {
		case 'inactive':
			return 'disabled';
		case 'expired':
		case 'expiring':
			return status;
		default:
			return undefined;
	}
}

/** Returns the URL's path relative to its base URL, without the query; undefined for other URLs. A client's variable counts as one segment. */
function pathBelowBase(url: string, baseUrls: readonly string[]): string | undefined {
	const urlWithoutQuery = url.replace(/[?#].*/s, '').replace(/\{\{[^{}]*\}\}/g, 'variable');
	const base = baseUrls.find((item) => urlWithoutQuery === item || urlWithoutQuery.startsWith(`${item}/`));
	return base === undefined ? undefined : urlWithoutQuery.slice(base.length);
}
