import type { ApiKey } from '../domain/apiKey';
import { formatEnvironmentValue } from './environmentHeader';
import { sliceRange, type TextRange } from './lines';
import { SECRET_LENGTH } from './plainTextKeyPatterns';
import { findPlainTextKeys } from './plainTextKeys';
import type { TextReplacement } from './authorizationEdits';

/** A plain-text API key with its token ID, and where it is in the text. */
export interface LocatedKey extends ApiKey {
	/** With its scheme. */
	readonly value: TextRange;
	/** Without its scheme. */
	readonly key: TextRange;
	/** Whether it's only the secret, in a value of its own. */
	readonly isSecretOnly: boolean;
}

/** Finds the keys that include a token ID, and secrets in values of their own near it, in order. Leaves out encoded keys. */
export function findKeysWithId(text: string): readonly LocatedKey[] {
	return findPlainTextKeys(text).flatMap(({ tokenId, secret, value, start, end, isReplaceable }) =>
		tokenId === undefined || (isReplaceable === false && secret.end - secret.start !== SECRET_LENGTH)
			? []
			: [{ tokenId, secret: sliceRange(text, secret), value, key: { start, end }, isSecretOnly: isReplaceable === false }],
	);
}

/** Finds the same key again after the text may have changed: at the same offset if possible, otherwise its first occurrence. */
export function findKeyAgain(text: string, { tokenId, secret, value }: LocatedKey): LocatedKey | undefined {
	const matches = findKeysWithId(text).filter((item) => item.tokenId === tokenId && item.secret === secret);
	return matches.find((item) => item.value.start === value.start) ?? matches[0];
}

/**
 * Creates the edit that replaces a string literal containing only a key, with its scheme, with the environment variable CONNECT_API_KEY.
 * @param range of the key with its scheme
 * @returns undefined if the literal contains more than the key, or the language isn't supported
 */
export function createEnvironmentReplacement(text: string, languageId: string, { start, end }: TextRange): TextReplacement | undefined {
	const quote = text.charAt(start - 1);
	const isWholeLiteral = /["'`]/.test(quote) && text.charAt(end) === quote && /^ApiKey[ \t]/i.test(text.slice(start, end));
	// Prefixed literals, such as Python's f-strings, and triple quotes aren't supported.
	const isPlainLiteral = !/[\w"'`]/.test(text.charAt(start - 2) + text.charAt(end + 1));
	const replacement = isWholeLiteral && isPlainLiteral ? formatEnvironmentValue(languageId, quote) : undefined;
	return replacement === undefined ? undefined : { start: start - 1, end: end + 1, text: replacement };
}
