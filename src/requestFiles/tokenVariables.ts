import type { ReadMode, TokenSource } from '../domain/ports';
import type { SourceToken, TokenSources } from '../domain/tokenSources';
import { findKeyReferences, formatAuthorizationReference, getVariableName, formatVariableReference } from './keyReferences';

/**
 * Maps environment variables to tokens. A variable with only an ID means the first source's token with that ID. In addition, every token
 * has a variable that includes its source.
 * @param tokens in the order of their sources
 */
export function tokensByVariable(tokens: readonly SourceToken[]): ReadonlyMap<string, SourceToken> {
	const byVariable = new Map<string, SourceToken>();
	for (const found of tokens) {
		const shortVariable = getVariableName(found.token.id);
		if (!byVariable.has(shortVariable)) {
			byVariable.set(shortVariable, found);
		}
		byVariable.set(getVariableName(found.token.id, found.source.id), found);
	}
	return byVariable;
}

/**
 * Finds the tokens whose IDs occur in a text, in references or in keys. Reads accounts over the network only if the text references a token
 * that isn't in the workspace.
 */
export async function findReferencedTokens(text: string, sources: TokenSources): Promise<readonly SourceToken[]> {
	const tokenIds = findTokenIds(text);
	if (tokenIds.size === 0) {
		return [];
	}
	const listReferenced = async (mode: ReadMode) => (await sources.list(mode)).filter(({ token }) => tokenIds.has(token.id));
	const cached = await listReferenced('cached');
	if (sources.all.length === 1) {
		return cached;
	}
	const byVariable = tokensByVariable(cached);
	const mayReferenceAccount = findKeyReferences(text).some(({ variable }) => byVariable.get(variable)?.source !== sources.workspace);
	return mayReferenceAccount ? listReferenced('available') : cached;
}

/** Finds token IDs, as written in keys (with hyphens) and in variables (with underscores). */
function findTokenIds(text: string): ReadonlySet<string> {
	return new Set(Array.from(text.matchAll(/SU(?:[-_]\d{3}){3,}/gi), ([id]) => id.toUpperCase().replaceAll('_', '-')));
}

/** Returns whether every source could be read, so that a token that isn't listed doesn't exist. */
export function hasAllTokens({ all }: Pick<TokenSources, 'all'>): boolean {
	return all.every(({ problem, remote }) => problem === undefined && remote?.syncState.readAt !== null);
}

/** Formats an Authorization header's value that references this token. */
export async function referenceValueFor(found: SourceToken, sources: TokenSources): Promise<string> {
	return (await referenceValuesFor([found], sources))[0]!;
}

/** Like `referenceValueFor`, for several tokens; lists the sources' tokens only once. */
export async function referenceValuesFor(tokens: readonly SourceToken[], sources: TokenSources): Promise<readonly string[]> {
	const getQualifier = await createQualifierLookup(sources);
	return tokens.map((found) => formatAuthorizationReference(found.token.id, getQualifier(found)));
}

/** Formats only the part of the value that the client replaces. */
export async function variableReferenceFor(found: SourceToken, sources: TokenSources): Promise<string> {
	return formatVariableReference(found.token.id, (await createQualifierLookup(sources))(found));
}

/** Returns a function that returns the source ID to include in a reference: undefined if the token ID alone is enough. */
async function createQualifierLookup(sources: TokenSources): Promise<(found: SourceToken) => string | undefined> {
	const firstSourceById = new Map<string, TokenSource>();
	for (const { source, token } of await sources.list('cached')) {
		if (!firstSourceById.has(token.id)) {
			firstSourceById.set(token.id, source);
		}
	}
	return ({ source, token: { id } }) => ((firstSourceById.get(id) ?? source) === source ? undefined : source.id);
}
