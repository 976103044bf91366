import type { Extent, TokenSource } from '../../domain/ports';
import type { SourceToken, TokenSources } from '../../domain/sources';
import { findReferences, referenceTo, variableFor, variableReference } from '../../http/references';

/**
 * The tokens by the environment variables that refer to them. A variable with the id alone means the token of the first source that has
 * one; every token has a variable that names its source besides.
 * @param tokens in the order of their sources
 */
export function tokensByVariable(tokens: readonly SourceToken[]): ReadonlyMap<string, SourceToken> {
	const byVariable = new Map<string, SourceToken>();
	for (const found of tokens) {
		const plain = variableFor(found.token.id);
		if (!byVariable.has(plain)) {
			byVariable.set(plain, found);
		}
		byVariable.set(variableFor(found.token.id, found.source.id), found);
	}
	return byVariable;
}

/**
 * The tokens whose ids stand in a text, in whatever form. Accounts are asked over the network only where it refers to what is not in the
 * workspace.
 */
export async function tokensNamedIn(text: string, sources: TokenSources): Promise<readonly SourceToken[]> {
	const ids = idsIn(text);
	if (ids.size === 0) {
		return [];
	}
	const named = async (extent: Extent) => (await sources.list(extent)).filter(({ token }) => ids.has(token.id));
	const known = await named('known');
	if (sources.all.length === 1) {
		return known;
	}
	const byVariable = tokensByVariable(known);
	const isElsewhere = findReferences(text).some(({ variable }) => byVariable.get(variable)?.source !== sources.workspace);
	return isElsewhere ? named('now') : known;
}

/** Ids of tokens, as keys and variables have them. */
function idsIn(text: string): ReadonlySet<string> {
	return new Set(Array.from(text.matchAll(/SU(?:[-_]\d{3}){3,}/gi), ([id]) => id.toUpperCase().replaceAll('_', '-')));
}

/** Whether a reference to a token that is not among those listed refers to none: every source could be read. */
export function areAllKnown(sources: TokenSources): boolean {
	return sources.all.every(({ problem, freshness }) => problem === undefined && freshness?.readAt !== null);
}

/** The value of an Authorization header that refers to this token and no other. */
export async function headerValueFor(found: SourceToken, sources: TokenSources): Promise<string> {
	return (await headerValuesFor([found], sources))[0]!;
}

/** Such a value for each of these tokens. */
export async function headerValuesFor(tokens: readonly SourceToken[], sources: TokenSources): Promise<readonly string[]> {
	const qualifierOf = await qualifiers(sources);
	return tokens.map((found) => referenceTo(found.token.id, qualifierOf(found)));
}

/** The part of such a value that the client replaces. */
export async function variableReferenceFor(found: SourceToken, sources: TokenSources): Promise<string> {
	return variableReference(found.token.id, (await qualifiers(sources))(found));
}

/** What names a token's source: nothing unless the id alone would mean another token. */
async function qualifiers(sources: TokenSources): Promise<(found: SourceToken) => string | undefined> {
	const first = new Map<string, TokenSource>();
	for (const { source, token } of await sources.list('known')) {
		if (!first.has(token.id)) {
			first.set(token.id, source);
		}
	}
	return ({ source, token: { id } }) => ((first.get(id) ?? source) === source ? undefined : source.id);
}
