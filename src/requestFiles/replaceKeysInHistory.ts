import { findPlainTextKeys, type PlainTextKey } from './plainTextKeys';
import { formatVariableReference } from './keyReferences';

/** REST Client's history after keys were replaced with references. */
export interface CleanedHistory {
	/** Number of requests that contained a key. */
	readonly requestCount: number;
	readonly text: string;
}

/**
 * Replaces each key of the tokens, including rotated ones, with a reference, so that resending a request uses the current key. Nothing
 * else changes.
 * @param text of `history.json`: a list of requests with the headers that were sent
 * @returns undefined if the text has another format
 */
export function replaceKeysInHistory(text: string, tokenIds: ReadonlySet<string>): CleanedHistory | undefined {
	const requests = parseHistory(text);
	return (
		requests && {
			requestCount: requests.filter((request) => hasKey(JSON.stringify(request), tokenIds)).length,
			text: replaceKeys(text, tokenIds),
		}
	);
}

/** Like `replaceKeysInHistory`, but returns a text in another format unchanged if it doesn't contain any keys of the tokens. */
export function removeKeysFromHistory(text: string, tokenIds: ReadonlySet<string>): CleanedHistory | undefined {
	return replaceKeysInHistory(text, tokenIds) ?? (hasKey(text, tokenIds) ? undefined : { requestCount: 0, text });
}

function replaceKeys(text: string, tokenIds: ReadonlySet<string>): string {
	return findPlainTextKeys(text)
		.filter((key) => isKeyOf(key, tokenIds))
		.reduceRight(
			(cleaned, { start, end, tokenId }) => cleaned.slice(0, start) + formatVariableReference(tokenId!) + cleaned.slice(end),
			text,
		);
}

function hasKey(text: string, tokenIds: ReadonlySet<string>): boolean {
	return findPlainTextKeys(text).some((key) => isKeyOf(key, tokenIds));
}

function isKeyOf({ tokenId }: PlainTextKey, tokenIds: ReadonlySet<string>): boolean {
	return tokenId !== undefined && tokenIds.has(tokenId);
}

function parseHistory(text: string): readonly unknown[] | undefined {
	if (text.trim() === '') {
		return [];
	}
	try {
		const history: unknown = JSON.parse(text);
		return Array.isArray(history) && history.every(isHistoryEntry) ? history : undefined;
	} catch {
		// The caller reports the format as unsupported if that matters.
		return undefined;
	}
}

function isHistoryEntry(value: unknown): boolean {
	const isObject = typeof value === 'object' && value !== null;
	return isObject && 'method' in value && typeof value.method === 'string' && 'url' in value && typeof value.url === 'string';
}
