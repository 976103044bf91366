import { parseOrigin } from '../domain/origins';
import type { SourceToken } from '../domain/tokenSources';
import { applyReplacements, type TextReplacement } from './authorizationEdits';
import { parseVariableDefinition } from './fileVariables';
import { sliceRange, type TextRange } from './lines';
import { parseSections, type RequestFileKind } from './requestFileKind';
import type { ParsedRequest } from './requestFileParser';
import { findRequestUses, type ClientSyntax, type RequestUse } from './requestUses';
import { readSectionLines } from './sectionLines';
import { tokensByVariable } from './tokenVariables';

/** How requests that tokens authorize are changed to be sent somewhere else, and with another token: to an account through the gateway, or back. */
export interface GatewayRewrite {
	/** Environment variables of the tokens. */
	readonly variables: ReadonlySet<string>;
	/** Origin that the requests are sent to, in lower case. If they keep their tokens, requests to other origins aren't changed. */
	readonly fromOrigin: string;
	/** What replaces the origin: another one, or a URL without a slash at its end. */
	readonly toUrl: string;
	/** Reference to the token that replaces the tokens; undefined if the requests keep them. */
	readonly reference: string | undefined;
}

/**
 * Returns the edits of a whole file: the host of the tokens' requests to the origin, wherever they get it from, and each reference to one of
 * the tokens. Undefined if there are no such requests, or if the host of one isn't defined in the file. Requests with other tokens keep their
 * own URL, but can share changed variables, see `countOtherChanges`.
 */
export function createGatewayRewrite(text: string, kind: RequestFileKind, rewrite: GatewayRewrite): readonly TextReplacement[] | undefined {
	const { variables, fromOrigin, toUrl, reference } = rewrite;
	const { requests, references } = findRequestUses(text, kind);
	const isRewritten = (use: RequestUse) =>
		use.variables.some((name) => variables.has(name)) &&
		(reference !== undefined || Object.values(use.destinationsByClient).flat().includes(fromOrigin));
	const rewritten = requests.flatMap((use, index) => (isRewritten(use) ? [index] : []));
	if (rewritten.length === 0) {
		return undefined;
	}
	const referenceEdits =
		reference === undefined
			? []
			: references.filter(({ variable }) => variables.has(variable)).map(({ start, end }) => ({ start, end, text: reference }));
	const changedRequests = rewritten.map((index) => requests[index]!.request);
	const newOrigin = parseOrigin(toUrl);
	const isComplete = (edits: readonly TextReplacement[]) => {
		const result = findRequestUses(applyReplacements(text, edits), kind).requests;
		return rewritten.every((index) => isSentTo(newOrigin, result[index], requests[index]!));
	};
	// First without the variables, which requests with other tokens may share.
	return [[], listDefinitions(text, kind)]
		.map((definitions) =>
			[...referenceEdits, ...createAddressEdits(text, definitions, changedRequests, rewrite)].sort((a, b) => a.start - b.start),
		)
		.find(isComplete);
}

/**
 * Returns how many requests with other tokens are sent somewhere else after the edits, because they share a variable.
 * @param edits as `createGatewayRewrite` returns them
 * @param variables the tokens' environment variables
 */
export function countOtherChanges(
	text: string,
	kind: RequestFileKind,
	edits: readonly TextReplacement[],
	variables: ReadonlySet<string>,
): number {
	const result = findRequestUses(applyReplacements(text, edits), kind).requests;
	return findRequestUses(text, kind).requests.filter(
		(use, index) =>
			!use.variables.some((name) => variables.has(name)) &&
			JSON.stringify(use.destinationsByClient) !== JSON.stringify(result[index]?.destinationsByClient),
	).length;
}

/** Returns the environment variables of the tokens whose account's API is the upstream. */
export function listAccountVariables(tokens: readonly SourceToken[], upstream: string): ReadonlySet<string> {
	const isAccount = ({ source: { remote } }: SourceToken) =>
		remote !== undefined && withoutSlash(remote.account.endpoint) === withoutSlash(upstream);
	return new Set([...tokensByVariable(tokens)].flatMap(([name, token]) => (isAccount(token) ? [name] : [])));
}

/** Returns the lines that define variables. */
function listDefinitions(text: string, kind: RequestFileKind): readonly TextRange[] {
	return parseSections(text, kind).flatMap((section) => {
		const { lines, kinds } = readSectionLines(text, section);
		return lines.filter((_, index) => kinds[index] === 'definition').map(({ content, end }) => ({ start: content, end }));
	});
}

/** Returns edits of the origin in definitions and in the requests, and of its host where the scheme is somewhere else. */
function createAddressEdits(
	text: string,
	definitions: readonly TextRange[],
	requests: readonly ParsedRequest[],
	{ fromOrigin, toUrl }: GatewayRewrite,
): TextReplacement[] {
	const host = withoutScheme(fromOrigin);
	const newHost = withoutScheme(toUrl);
	const schemeEnd = fromOrigin.length - host.length;
	const [scheme, newScheme] = [fromOrigin.slice(0, schemeEnd), toUrl.slice(0, toUrl.length - newHost.length)];
	const port = `(?::${scheme === 'https://' ? 443 : 80})?`;
	const hostPattern = new RegExp(`^${escapePattern(host)}${port}$`, 'i');
	const hostDefinitions = definitions.flatMap((range) => {
		const { names = [], value = '' } = parseVariableDefinition(sliceRange(text, range)) ?? {};
		return hostPattern.test(value.trim()) ? [{ range, names }] : [];
	});
	const hostNames = hostDefinitions.flatMap(({ names }) => names).map(escapePattern);
	const addresses = [...definitions, ...requests.flatMap(findAddresses)];
	return [
		...replaceAll(text, addresses, new RegExp(`${escapePattern(fromOrigin)}${port}(?![\\w.:@%-])`, 'gi'), toUrl),
		...(hostNames.length === 0
			? []
			: replaceAll(text, addresses, new RegExp(`${scheme}(?=\\{\\{\\s*(?:${hostNames.join('|')})\\s*\\}\\})`, 'gi'), newScheme)),
		...replaceAll(
			text,
			[...hostDefinitions.map(({ range }) => range), ...requests.flatMap((request) => findHostHeaders(text, request, hostPattern))],
			new RegExp(`(?<![\\w.-])${escapePattern(host)}${port}(?![\\w.:-])`, 'gi'),
			newHost,
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
function findHostHeaders(text: string, request: ParsedRequest, hostPattern: RegExp): readonly TextRange[] {
	return request.kind === 'http'
		? request.headers
				.filter(({ name, value }) => name.toLowerCase() === 'host' && hostPattern.test(sliceRange(text, value)))
				.map(({ value }) => value)
		: [];
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
function isSentTo(origin: string | undefined, changed: RequestUse | undefined, { destinationsByClient: before }: RequestUse): boolean {
	const results = (Object.keys(before) as ClientSyntax[]).map((client) => ({
		wasKnown: before[client].length > 0 && !before[client].includes(undefined),
		isSent: changed !== undefined && changed.destinationsByClient[client].every((destination) => destination === origin),
	}));
	return results.some(({ wasKnown, isSent }) => wasKnown && isSent) && results.every(({ wasKnown, isSent }) => isSent || !wasKnown);
}

function withoutScheme(url: string): string {
	return url.replace(/^.*?\/\//, '');
}

function withoutSlash(url: string): string {
	return url.replace(/\/+$/, '');
}

function escapePattern(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
