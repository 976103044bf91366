import { createAccessRules, isPlaceholder, type DecideAccess } from '../domain/accessRules';
import { ALL_MODULES } from '../domain/catalog';
import { SHARED_PATHS, type ModulePaths } from '../domain/modulePaths';
import { getStatusFindingKind, type Finding } from '../domain/finding';
import { getModuleIds, isReadMethod, parsePermission } from '../domain/permissions';
import type { SourceToken } from '../domain/tokenSources';
import { isUsable, type Token } from '../domain/token';
import { MAX_DOCUMENT_LENGTH } from './documentLength';
import type { ImportReader } from './importedFiles';
import { findPlainTextKeys } from './plainTextKeys';
import type { KeyReference } from './keyReferences';
import type { RequestFileKind } from './requestFileKind';
import type { RequestTarget } from './requestTarget';
import { checkUseAndRecipient, isSameToken, listCheckedVariables, type HostCheckContext } from './hostCheck';
import { findRequestUses, type RequestUse } from './requestUses';
import { tokensByVariable } from './tokenVariables';
import { createPositionConverter, type TextPosition } from './textPositions';

/** The context that findings in requests are based on. */
export interface FindingContext {
	/** In the order of their sources. */
	readonly tokens: readonly SourceToken[];
	/** Whether `tokens` is complete, so that a reference to any other token is an error. */
	readonly hasAllTokens: boolean;
	readonly modulePaths: ModulePaths;
	/** URLs that module paths are relative to, without a trailing slash: the platform's, the gateway's, and the upstream's. */
	readonly baseUrls: readonly string[];
	/** URI of the document. */
	readonly file: string;
	readonly hostCheck: HostCheckContext;
	/** By default, no imported file can be read. */
	readonly readImport?: ImportReader;
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
	return kind === undefined ? keys : [...keys, ...findInRequests(text, kind, context)];
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

/** Finds references to unknown or unusable tokens, and requests that their tokens aren't allowed to make. In the order of the text. */
export function findInRequests(text: string, kind: RequestFileKind, context: FindingContext): Finding[] {
	const { references, requests, importedRequests } = findRequestUses(text, kind, context.readImport);
	const byVariable = tokensByVariable(context.tokens);
	const checkCoverage = createCoverageCheck(context);
	const hostFindings = uniqueHostFindings([...requests, ...importedRequests].flatMap((use) => findHostFindings(use, byVariable, context)));
	const findings = [
		...references.flatMap((reference) => findReferenceFindings(reference, byVariable.get(reference.variable), context)),
		...hostFindings,
		...requests.flatMap(({ request: { requestLine }, variables, target }) =>
			variables.flatMap((variable): Finding[] => {
				const sourceToken = byVariable.get(variable);
				const { content: start, end } = requestLine;
				// With another host, the request usually needs another token, too.
				const hasWrongHost = hostFindings.some((finding) => finding.start === start && isSameToken(finding.sourceToken, sourceToken));
				if (hasWrongHost || !target || !sourceToken) {
					return [];
				}
				const denial = checkCoverage(target, sourceToken.token);
				return denial ? [{ start, end, sourceToken, ...denial }] : [];
			}),
		),
	];
	return findings.sort((a, b) => a.start - b.start);
}

/** A finding about the host that a request is sent to. */
type HostFinding = Extract<Finding, { kind: 'foreign-host' | 'unknown-host' | 'gateway-only' | 'account-only' }>;

/** Finds usable tokens whose keys the request may not send to its host, or that its host doesn't accept. */
function findHostFindings(
	use: RequestUse,
	byVariable: ReadonlyMap<string, SourceToken>,
	{ file, hostCheck }: Pick<FindingContext, 'file' | 'hostCheck'>,
): readonly HostFinding[] {
	const { content: start, end } = use.request.requestLine;
	const found: HostFinding[] = [];
	for (const variable of listCheckedVariables(use, hostCheck)) {
		const sourceToken = byVariable.get(variable);
		if (!sourceToken || !isUsable(sourceToken.token) || found.some((finding) => isSameToken(finding.sourceToken, sourceToken))) {
			continue;
		}
		const { verdict, wrong } = checkUseAndRecipient(use, variable, sourceToken, file, hostCheck);
		if (wrong) {
			found.push({ start, end, kind: sourceToken.source.remote ? 'account-only' : 'gateway-only', sourceToken, ...wrong });
		} else if (verdict.kind === 'foreign') {
			const { host, origin } = verdict;
			found.push({ start, end, kind: 'foreign-host', sourceToken, host, origin });
		} else if (verdict.kind === 'unknown') {
			found.push({ start, end, kind: 'unknown-host', sourceToken });
		}
	}
	return found;
}

/** Several requests of an imported file are at the same line. */
function uniqueHostFindings(findings: readonly HostFinding[]): readonly HostFinding[] {
	const byContent = new Map(
		findings.map((finding) => {
			const { source, token } = finding.sourceToken;
			return [JSON.stringify([finding.start, finding.kind, source.id, token.id, 'origin' in finding && finding.origin]), finding];
		}),
	);
	return [...byContent.values()];
}

function findReferenceFindings(
	{ start, end, tokenId }: KeyReference,
	sourceToken: SourceToken | undefined,
	{ hasAllTokens }: FindingContext,
): Finding[] {
	if (!sourceToken) {
		return hasAllTokens ? [{ start, end, kind: 'unknown-token', tokenId }] : [];
	}
	const kind = getStatusFindingKind(sourceToken.token);
	return kind ? [{ start, end, kind, sourceToken }] : [];
}

/** Why a token's modules don't allow a request. */
interface CoverageDenial {
	readonly kind: 'not-covered' | 'read-only';
	/** The modules that cover the request; empty if only tokens with all modules may make it. */
	readonly modules: readonly string[];
}

/** Returns a function that returns undefined if a token may make a request, or if that isn't known. */
function createCoverageCheck({
	modulePaths,
	baseUrls,
}: FindingContext): (target: RequestTarget, token: Token) => CoverageDenial | undefined {
	// Creating it takes longer than everything else, and most documents have no request to check.
	let checkAccess: DecideAccess | undefined;
	return ({ method, url }, token) => {
		const path = pathBelowBase(url, baseUrls);
		if (path === undefined || !hasOnlyKnownModules(token, modulePaths)) {
			return undefined;
		}
		checkAccess ??= createAccessRules(modulePaths);
		const access = checkAccess(method, replacePlaceholders(path), token.permissions);
		const sufficientIds = token.permissions
			.map(parsePermission)
			.flatMap(({ moduleId, level }) => (level === 'full' || isReadMethod(method) ? moduleId : []));
		if (mayBeCovered(path, sufficientIds, modulePaths)) {
			return undefined;
		}
		switch (access.kind) {
			case 'missingModule':
				return { kind: 'not-covered', modules: access.modules };
			case 'readOnly':
				return { kind: 'read-only', modules: access.modules };
			case 'noModule':
				return { kind: 'not-covered', modules: [] };
			default:
				return undefined;
		}
	};
}

/** Returns whether a path with a variable of the client could be one that the modules cover. */
function mayBeCovered(path: string, moduleIds: readonly string[], modulePaths: ModulePaths): boolean {
	const variableIndex = path.indexOf('{{');
	if (variableIndex < 0) {
		return false;
	}
	// The last segment before the variable is incomplete.
	const knownSegments = path.slice(0, variableIndex).split('/').slice(1, -1);
	const coveredPaths = [...SHARED_PATHS, ...moduleIds.flatMap((id) => modulePaths[id] ?? [])];
	return coveredPaths.some((coveredPath) =>
		coveredPath
			.split('/')
			.slice(1)
			.every((segment, index) => index >= knownSegments.length || segment === knownSegments[index] || isPlaceholder(segment)),
	);
}

/** Access can't be checked for modules that only the platform knows, and needn't be with access to all modules. */
function hasOnlyKnownModules({ permissions }: Token, modulePaths: ModulePaths): boolean {
	return getModuleIds(permissions).every((id) => id === ALL_MODULES || id in modulePaths);
}

/** Returns the URL's path relative to its base URL, without the query; undefined for other URLs. */
function pathBelowBase(url: string, baseUrls: readonly string[]): string | undefined {
	const urlWithoutQuery = removeQuery(url);
	const base = baseUrls.find((item) => urlWithoutQuery === item || urlWithoutQuery.startsWith(`${item}/`));
	return base === undefined ? undefined : urlWithoutQuery.slice(base.length);
}

function removeQuery(url: string): string {
	// Variables can contain the characters, too.
	const end = replacePlaceholders(url, (placeholder) => 'x'.repeat(placeholder.length)).search(/[?#]/);
	return end < 0 ? url : url.slice(0, end);
}

/** Replaces variables of the client, as one segment by default. */
function replacePlaceholders(text: string, replace: (placeholder: string) => string = () => 'variable'): string {
	return text.replace(/\{\{[^{}]*\}\}/g, replace);
}
