import { parseApiKey, type ApiKey } from './apiKey';
import type { SourceToken, TokenSources } from './tokenSources';

/**
 * The token that a key is of: where several sources have one of its id, the one that has this key, and the first where none has.
 * Undefined where there is no such token.
 */
export async function findKeyOwner({ tokenId, secret }: ApiKey, sources: TokenSources): Promise<SourceToken | undefined> {
	const candidates = (await sources.list('cached')).filter(({ token }) => token.id === tokenId);
	if (candidates.length > 1) {
		const hasMatchingKey = await Promise.all(candidates.map((found) => hasSecret(found, secret)));
		return candidates[Math.max(hasMatchingKey.indexOf(true), 0)];
	}
	return sources.find({ tokenId });
}

async function hasSecret({ source, token: { id } }: SourceToken, secret: string): Promise<boolean> {
	const keys = await source.listKeys(id).catch(() => []);
	const results = await Promise.all(keys.map(({ which }) => source.readKey(id, which).catch(() => undefined)));
	return results.some(
		(reading) => reading && 'authorization' in reading && parseApiKey(reading.authorization)?.secret === secret.toLowerCase(),
	);
}
