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

/** The tokens that a text may refer to. Accounts are asked over the network only where it refers to what is not in the workspace. */
export async function tokensNamedIn(text: string, sources: TokenSources): Promise<readonly SourceToken[]> {
	const known = await sources.list('known');
	if (sources.all.length === 1) {
		return known;
	}
	const byVariable = tokensByVariable(known);
	const isElsewhere = findReferences(text).some(({ variable }) => byVariable.get(variable)?.source !== sources.workspace);
	return isElsewhere ? sources.list('now') : known;
}

/** Whether a reference to a token that is not among those listed refers to none: every source could be read. */
export function areAllKnown(sources: TokenSources): boolean {
	return sources.all.every(({ problem, freshness }) => problem === undefined && freshness?.readAt !== null);
}

/** The value of an Authorization header that refers to this token and no other. */
export async function headerValueFor(found: SourceToken, sources: TokenSources): Promise<string> {
	return referenceTo(found.token.id, await qualifierFor(found, sources));
}

/** The part of such a value that the client replaces. */
export async function variableReferenceFor(found: SourceToken, sources: TokenSources): Promise<string> {
	return variableReference(found.token.id, await qualifierFor(found, sources));
}

/** The source is named only where the id alone would mean another token. */
async function qualifierFor({ source, token }: SourceToken, sources: TokenSources): Promise<string | undefined> {
	const first = (await sources.list('known')).find((one) => one.token.id === token.id);
	return first === undefined || first.source === source ? undefined : source.id;
}
