import { createAccessRules, type AccessDecision } from '../domain/accessRules';
import { ALL_MODULES } from '../domain/catalog';
import type { ModulePaths } from '../domain/modulePaths';
import type { Finding } from '../domain/finding';
import type { SourceToken } from '../domain/tokenSources';
import type { Token } from '../domain/token';
import { findPlainTextKeys } from './plainTextKeys';
import { findKeyReferences } from './keyReferences';
import type { HttpRequest, ParsedRequest } from './requestFileParser';
import { tokensByVariable } from './tokenVariables';
import { parseFileVariables, resolveRequestTarget } from './requestTarget';

export interface FindingContext {
	/** In the order of their sources. */
	readonly tokens: readonly SourceToken[];
	/** Whether these are all, so that a reference to another one refers to none. */
	readonly hasAllTokens: boolean;
	readonly modulePaths: ModulePaths;
	/** URLs under which the modules' paths lie: the platform's, the gateway's and that of its upstream. */
	readonly baseUrls: readonly string[];
}

/** The keys that stand in a text in plain. */
export function findPlainKeyFindings(text: string, tokens: readonly SourceToken[]): Finding[] {
	return findPlainTextKeys(text).map(({ value, tokenId }) => ({
		...value,
		kind: 'plain-key',
		tokenId,
		sourceToken: tokens.find(({ token }) => token.id === tokenId),
	}));
}

/** What is wrong with the references of a text, and with the requests that use them. */
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
		// Both lists are in the order of the text.
		while (requestIndex < httpRequests.length && httpRequests[requestIndex]!.range.end < start) {
			requestIndex++;
		}
		const request = httpRequests[requestIndex];
		const target = request && request.range.start <= start ? resolveRequestTarget(text, request, variables) : undefined;
		const path = target && pathBelowBase(target.url, baseUrls);
		const access: AccessDecision =
			target && path !== undefined && hasOnlyKnownModules(token, modulePaths)
				? checkAccess(target.method, path, token.permissions)
				: { kind: 'allowed' };
		if (request && (access.kind === 'missingModule' || access.kind === 'noModule')) {
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

/** What a module covers that only a platform knows, nobody here can say. */
function hasOnlyKnownModules({ permissions }: Token, modulePaths: ModulePaths): boolean {
	return permissions.every((id) => id === ALL_MODULES || id in modulePaths);
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

/** The path of a URL below one of the bases, without its query; undefined where it is below none. What a variable stands for counts as one segment. */
function pathBelowBase(url: string, baseUrls: readonly string[]): string | undefined {
	const urlWithoutQuery = url.replace(/[?#].*$/s, '').replace(/\{\{[^{}]*\}\}/g, 'variable');
	const base = baseUrls.find((item) => urlWithoutQuery === item || urlWithoutQuery.startsWith(`${item}/`));
	return base === undefined ? undefined : urlWithoutQuery.slice(base.length);
}
