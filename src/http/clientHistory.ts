import { findPlainKeys, type PlainKey } from './plainKeys';
import { variableReference } from './references';

/** REST Client's history without keys. */
export interface CleanedHistory {
	/** How many of its requests held one. */
	readonly requests: number;
	readonly text: string;
}

/**
 * Puts a reference in the place of each key of certain tokens, old keys too, so that a request that is sent once more has the key of
 * that time. Nothing else changes.
 * @param text of `history.json`: a list of requests with their headers as they were sent
 * @returns undefined where the text is something else
 */
export function cleanHistory(text: string, tokenIds: ReadonlySet<string>): CleanedHistory | undefined {
	const requests = requestsIn(text);
	if (!requests) {
		return undefined;
	}
	const isOurs = ({ tokenId }: PlainKey) => tokenId !== undefined && tokenIds.has(tokenId);
	return {
		requests: requests.filter((request) => findPlainKeys(JSON.stringify(request)).some(isOurs)).length,
		text: findPlainKeys(text)
			.filter(isOurs)
			.reduceRight((cleaned, { start, end, tokenId }) => cleaned.slice(0, start) + variableReference(tokenId!) + cleaned.slice(end), text),
	};
}

function requestsIn(text: string): readonly unknown[] | undefined {
	if (text.trim() === '') {
		return [];
	}
	try {
		const history: unknown = JSON.parse(text);
		return Array.isArray(history) && history.every(isRequest) ? history : undefined;
	} catch {
		return undefined;
	}
}

function isRequest(value: unknown): boolean {
	const isObject = typeof value === 'object' && value !== null;
	return isObject && 'method' in value && typeof value.method === 'string' && 'url' in value && typeof value.url === 'string';
}
