import type { ReadMode, TokenSource } from '../domain/ports';
import type { SourceToken, TokenSources } from '../domain/tokenSources';
import { findKeyReferences, formatAuthorizationReference, getVariableName, formatVariableReference } from './keyReferences';

/**
 * The tokens by the environment variables that refer to them. A variable with the id alone means the token of the first source that has
 * one; every token has a variable that names its source besides.
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
 * The tokens whose ids stand in a text, in whatever form. Accounts are asked over the network only where it refers to what is not in the
 * workspace.
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

/** Ids of tokens, as keys and variables have them. */
function findTokenIds(text: string): ReadonlySet<string> {
	return new Set(Array.from(text.matchAll(/SU(?:[-_]\d{3}){3,}/gi), ([id]) => id.toUpperCase().replaceAll('_', '-')));
}

/** Whether a reference to a token that is not among those listed refers to none: every source could be read. */
export function hasAllTokens(sources: TokenSources): boolean {
	return sources.all.every(({ problem, remote }) => problem === undefined && remote?.syncState.readAt !== null);
}

/** The value of an Authorization header that refers to this token and no other. */
export async function referenceValueFor(found: SourceToken, sources: TokenSources): Promise<string> {
	return (await referenceValuesFor([found], sources))[0]!;
}

/** Such a value for each of these tokens. */
export async function referenceValuesFor(tokens: readonly SourceToken[], sources: TokenSources): Promise<readonly string[]> {
	const getQualifier = await createQualifierLookup(sources);
	return tokens.map((found) => formatAuthorizationReference(found.token.id, getQualifier(found)));
}

/** The part of such a value that the client replaces. */
export async function variableReferenceFor(found: SourceToken, sources: TokenSources): Promise<string> {
	return formatVariableReference(found.token.id, (await createQualifierLookup(sources))(found));
}

/** What names a token's source: nothing unless the id alone would mean another token. */
async function createQualifierLookup(sources: TokenSources): Promise<(found: SourceToken) => string | undefined> {
	const firstSourceById = new Map<string, TokenSource>();
	for (const { source, token } of await sources.list('cached')) {
		if (!firstSourceById.has(token.id)) {
			firstSourceById.set(token.id, source);
		}
	}
	return ({ source, token: { id } }) => ((firstSourceById.get(id) ?? source) === source ? undefined : source.id);
}
