import type { SourceToken } from '../domain/tokenSources';
import { applyReplacements, type TextReplacement } from './authorizationEdits';
import { parseVariableDefinition } from './fileVariables';
import { sliceRange, type TextRange } from './lines';
import { parseSections, type RequestFileKind } from './requestFileKind';
import type { ParsedRequest } from './requestFileParser';
import { findRequestUses, type ClientSyntax, type RequestUse } from './requestUses';
import { readSectionLines } from './sectionLines';
import { tokensByVariable } from './tokenVariables';

/** How requests that an account's tokens authorize are changed to reach the account through the gateway, with another token. */
export interface GatewayRewrite {
	/** Environment variables of the account's tokens. */
	readonly accountVariables: ReadonlySet<string>;
	/** Origin of the account's API, in lower case. */
	readonly accountOrigin: string;
	/** The gateway's, which uses plain HTTP. */
	readonly gatewayOrigin: string;
	/** Reference to the token that replaces the account's tokens. */
	readonly reference: string;
}

/**
 * Returns the edits of a whole file: the host of the account's requests, wherever they get it from, and each reference to one of its tokens.
 * Undefined if there are no such requests, or if the host of one isn't defined in the file or is another one. Requests with other tokens keep their own URL, but
 * share changed variables.
 */
export function createGatewayRewrite(text: string, kind: RequestFileKind, rewrite: GatewayRewrite): readonly TextReplacement[] | undefined {
	const { accountVariables, gatewayOrigin, reference } = rewrite;
	const { requests, references } = findRequestUses(text, kind);
	const rewritten = requests.flatMap((use, index) => (use.variables.some((name) => accountVariables.has(name)) ? [index] : []));
	if (rewritten.length === 0) {
		return undefined;
	}
	const edits = [
		...references.filter(({ variable }) => accountVariables.has(variable)).map(({ start, end }) => ({ start, end, text: reference })),
		...createAddressEdits(
			text,
			kind,
			rewritten.map((index) => requests[index]!.request),
			rewrite,
		),
	].sort((a, b) => a.start - b.start);
	const result = findRequestUses(applyReplacements(text, edits), kind).requests;
	return rewritten.every((index) => isSentTo(gatewayOrigin, result[index], requests[index]!)) ? edits : undefined;
}

/** Returns the environment variables of the tokens whose account's API is the upstream. */
export function listAccountVariables(tokens: readonly SourceToken[], upstream: string): ReadonlySet<string> {
	const isAccount = ({ source: { remote } }: SourceToken) =>
		remote !== undefined && withoutSlash(remote.account.endpoint) === withoutSlash(upstream);
	return new Set([...tokensByVariable(tokens)].flatMap(([name, token]) => (isAccount(token) ? [name] : [])));
}

/** Returns edits of the account's origin in definitions and in the requests, and of its host where the scheme is somewhere else. */
function createAddressEdits(
	text: string,
	kind: RequestFileKind,
	requests: readonly ParsedRequest[],
	{ accountOrigin, gatewayOrigin }: GatewayRewrite,
): TextReplacement[] {
	const host = getHost(accountOrigin);
	const gatewayHost = getHost(gatewayOrigin);
	const definitions = parseSections(text, kind).flatMap((section) => {
		const { lines, kinds } = readSectionLines(text, section);
		return lines.filter((_, index) => kinds[index] === 'definition').map(({ content, end }) => ({ start: content, end }));
	});
	const hostDefinitions = definitions.flatMap((range) => {
		const { names = [], value = '' } = parseVariableDefinition(sliceRange(text, range)) ?? {};
		return isHost(value.trim(), host) ? [{ range, names }] : [];
	});
	const hostNames = hostDefinitions.flatMap(({ names }) => names).map(escapePattern);
	const addresses = [...definitions, ...requests.flatMap(findAddresses)];
	return [
		...replaceAll(text, addresses, new RegExp(`${escapePattern(accountOrigin)}(?::443)?(?![\\w.:@%-])`, 'gi'), gatewayOrigin),
		...(hostNames.length === 0
			? []
			: replaceAll(text, addresses, new RegExp(`https://(?=\\{\\{\\s*(?:${hostNames.join('|')})\\s*\\}\\})`, 'gi'), 'http://')),
		...[...hostDefinitions.map(({ range }) => range), ...requests.flatMap((request) => findHostHeaders(text, request, host))].flatMap(
			(range) => replaceAll(text, [range], new RegExp(`(?<![\\w.-])${escapePattern(host)}(?::443)?(?![\\w.:-])`, 'gi'), gatewayHost),
		),
	];
}

/** Returns where a request has its URL. */
function findAddresses(request: ParsedRequest): readonly TextRange[] {
	return request.kind === 'curl'
		? request.words
		: [request.requestLine, ...(request.kind === 'http' ? request.continuations : [])].map(({ content, end }) => ({ start: content, end }));
}

/** Returns the values of the headers that set the host of a request for a path. */
function findHostHeaders(text: string, request: ParsedRequest, host: string): readonly TextRange[] {
	return request.kind === 'http'
		? request.headers
				.filter(({ name, value }) => name.toLowerCase() === 'host' && isHost(sliceRange(text, value), host))
				.map(({ value }) => value)
		: [];
}

function isHost(text: string, host: string): boolean {
	return [host, `${host}:443`].includes(text.toLowerCase());
}

function replaceAll(text: string, ranges: readonly TextRange[], pattern: RegExp, replacement: string): TextReplacement[] {
	return ranges.flatMap((range) =>
		Array.from(sliceRange(text, range).matchAll(pattern), ({ 0: match, index }) => ({
			start: range.start + index,
			end: range.start + index + match.length,
			text: replacement,
		})),
	);
}

/** Returns whether clients send the changed request to the origin: at least one, and each for which its destination was known before. */
function isSentTo(origin: string, changed: RequestUse | undefined, { destinationsByClient: before }: RequestUse): boolean {
	const results = (Object.keys(before) as ClientSyntax[]).map((client) => ({
		wasKnown: before[client].length > 0 && !before[client].includes(undefined),
		isSent: changed !== undefined && changed.destinationsByClient[client].every((destination) => destination === origin),
	}));
	return results.some(({ wasKnown, isSent }) => wasKnown && isSent) && results.every(({ wasKnown, isSent }) => isSent || !wasKnown);
}

function getHost(origin: string): string {
	return origin.replace(/^.*\/\//, '');
}

function withoutSlash(url: string): string {
	return url.replace(/\/+$/, '');
}

function escapePattern(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
