import { accessRules, type Access } from '../../domain/access';
import { ALL_MODULES } from '../../domain/catalogue';
import type { ModulePaths } from '../../domain/modulePaths';
import type { SourceToken } from '../../domain/sources';
import type { Token } from '../../domain/token';
import type { TextRange } from '../../http/lines';
import { findPlainKeys } from '../../http/plainKeys';
import { findReferences } from '../../http/references';
import type { HttpRequest, Request } from '../../http/requestFile';
import { tokensByVariable } from '../requestFiles/variables';
import { fileVariables, requestTarget } from '../../http/requestTarget';

/** What a developer should know about a place in a file. */
export type Finding = TextRange &
	(
		| { readonly kind: 'plain-key'; readonly tokenId: string | undefined; readonly found: SourceToken | undefined }
		| { readonly kind: 'unknown-token'; readonly tokenId: string }
		| { readonly kind: 'disabled' | 'expired' | 'expiring'; readonly found: SourceToken }
		/** Ids of modules, any of which would cover the request; none where only a token with all modules may make it. */
		| { readonly kind: 'not-covered'; readonly found: SourceToken; readonly modules: readonly string[] }
	);

export interface Surroundings {
	/** In the order of their sources. */
	readonly tokens: readonly SourceToken[];
	/** Whether these are all, so that a reference to another one refers to none. */
	readonly areAll: boolean;
	readonly modulePaths: ModulePaths;
	/** URLs under which the modules' paths lie: the platform's, the gateway's and that of its upstream. */
	readonly bases: readonly string[];
}

/** The keys that stand in a text in plain. */
export function findKeys(text: string, tokens: readonly SourceToken[]): Finding[] {
	return findPlainKeys(text).map(({ value, tokenId }) => ({
		...value,
		kind: 'plain-key',
		tokenId,
		found: tokens.find(({ token }) => token.id === tokenId),
	}));
}

/** What is wrong with the references of a text, and with the requests that use them. */
export function findInRequests(
	text: string,
	requests: readonly Request[],
	{ tokens, areAll, modulePaths, bases }: Surroundings,
): Finding[] {
	const references = findReferences(text);
	if (references.length === 0) {
		return [];
	}
	const byVariable = tokensByVariable(tokens);
	const decide = accessRules(modulePaths);
	const variables = fileVariables(text);
	const http = requests.filter((one): one is HttpRequest => one.kind === 'http');
	let at = 0;
	return references.flatMap((reference): Finding[] => {
		const { start, end, tokenId, variable } = reference;
		const found = byVariable.get(variable);
		if (!found) {
			return areAll ? [{ start, end, kind: 'unknown-token', tokenId }] : [];
		}
		const { token } = found;
		const status = statusFinding(token);
		const findings: Finding[] = status ? [{ start, end, kind: status, found }] : [];
		// Both lists are in the order of the text.
		while (at < http.length && http[at]!.range.end < start) {
			at++;
		}
		const request = http[at];
		const target = request && request.range.start <= start ? requestTarget(text, request, variables) : undefined;
		const path = target && pathBelow(target.url, bases);
		const access: Access =
			target && path !== undefined && isKnown(token, modulePaths) ? decide(target.method, path, token.permissions) : { kind: 'allowed' };
		if (request && (access.kind === 'lacks' || access.kind === 'uncovered')) {
			const { content, end: lineEnd } = request.requestLine;
			findings.push({ start: content, end: lineEnd, kind: 'not-covered', found, modules: access.kind === 'lacks' ? access.modules : [] });
		}
		return findings;
	});
}

/** What a module covers that only a platform knows, nobody here can say. */
function isKnown({ permissions }: Token, modulePaths: ModulePaths): boolean {
	return permissions.every((id) => id === ALL_MODULES || id in modulePaths);
}

function statusFinding({ status }: Token): 'disabled' | 'expired' | 'expiring' | undefined {
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
function pathBelow(url: string, bases: readonly string[]): string | undefined {
	const plain = url.replace(/[?#].*$/s, '').replace(/\{\{[^{}]*\}\}/g, 'variable');
	const base = bases.find((one) => plain === one || plain.startsWith(`${one}/`));
	return base === undefined ? undefined : plain.slice(base.length);
}
