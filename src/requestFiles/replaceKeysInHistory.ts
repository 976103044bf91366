import { findPlainTextKeys, type PlainTextKey } from './plainTextKeys';
import { formatVariableReference } from './keyReferences';

/** REST Client's history without keys. */
export interface CleanedHistory {
	/** How many of its requests held one. */
	readonly requestCount: number;
	readonly text: string;
}

/**
 * Puts a reference in the place of each key of certain tokens, old keys too, so that a request that is sent once more has the key of
 * that time. Nothing else changes.
 * @param text of `history.json`: a list of requests with their headers as they were sent
 * @returns undefined where the text is something else
 */
export function replaceKeysInHistory(text: string, tokenIds: ReadonlySet<string>): CleanedHistory | undefined {
	const requests = parseHistory(text);
	if (!requests) {
		return undefined;
	}
	const belongsToKnownToken = ({ tokenId }: PlainTextKey) => tokenId !== undefined && tokenIds.has(tokenId);
	return {
		requestCount: requests.filter((request) => findPlainTextKeys(JSON.stringify(request)).some(belongsToKnownToken)).length,
		text: findPlainTextKeys(text)
			.filter(belongsToKnownToken)
			.reduceRight(
				(cleaned, { start, end, tokenId }) => cleaned.slice(0, start) + formatVariableReference(tokenId!) + cleaned.slice(end),
				text,
			),
	};
}

function parseHistory(text: string): readonly unknown[] | undefined {
	if (text.trim() === '') {
		return [];
	}
	try {
		const history: unknown = JSON.parse(text);
		return Array.isArray(history) && history.every(isHistoryEntry) ? history : undefined;
	} catch {
		return undefined;
	}
}

function isHistoryEntry(value: unknown): boolean {
	const isObject = typeof value === 'object' && value !== null;
	return isObject && 'method' in value && typeof value.method === 'string' && 'url' in value && typeof value.url === 'string';
}
