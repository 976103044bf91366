import { findKeyReferences, findVariableNames } from './keyReferences';

/** Keys by environment variable. */
export type KeysByVariable = ReadonlyMap<string, string>;

/** httpYac's hook that replaces `{{$processEnv …}}` with the environment's value: an empty text for a variable that isn't set. */
export const ENVIRONMENT_HOOK = 'restClientDynamic';

/** httpYac's hook that replaces an authorization of the type Digest with a hook of its HTTP client. */
export const DIGEST_HOOK = 'digestAuth';

/** httpYac's hook that gets an access token for an authorization of OAuth. */
export const OAUTH_HOOK = 'oauth2';
/** Authorization for which httpYac sends variables of the file to the URL in another one. */
export const OAUTH_PATTERN = /^\s*(?:openid|oauth2)/i;

/** The keys of the requests that are being sent. */
const provided = new Set<KeysByVariable>();

/** Provides keys to httpYac, and to nothing else, while it sends a request. Requires `replaceProvidedKeys` to be one of its hooks. */
export async function withProvidedKeys<T>(keys: KeysByVariable, send: () => PromiseLike<T>): Promise<T> {
	provided.add(keys);
	try {
		return await send();
	} finally {
		provided.delete(keys);
	}
}

/** A hook of httpYac: replaces references to provided keys in a text. */
export function replaceProvidedKeys(text: unknown): unknown {
	if (typeof text !== 'string' || provided.size === 0) {
		return text;
	}
	return findKeyReferences(text).reduceRight((result, { start, end, variable }) => {
		const keys = [...provided].find((item) => item.has(variable));
		return keys ? result.slice(0, start) + keys.get(variable)! + result.slice(end) : result;
	}, text);
}

/** Returns whether a file uses these variables only in references, and not in code that reads the environment. */
export function usesOnlyReferences(text: string, variables: readonly string[]): boolean {
	const references = findKeyReferences(text);
	const names = findVariableNames(text);
	return variables.every(
		(variable) =>
			references.filter((reference) => reference.variable === variable).length === names.filter((name) => name === variable).length,
	);
}
