import { parseApiKey, type ApiKey } from './apiKey';
import { logFailure, type Log } from './log';
import type { SourceToken, TokenSources } from './tokenSources';

/**
 * Finds the token that an API key belongs to. If several sources have a token with its ID, it's the one with this key, or the first one if
 * none has it. Returns undefined if there's no such token.
 */
export async function findKeyOwner({ tokenId, secret }: ApiKey, sources: TokenSources, log: Log): Promise<SourceToken | undefined> {
	const candidates = (await sources.list('cached')).filter(({ token }) => token.id === tokenId);
	if (candidates.length > 1) {
		const hasMatchingKey = await Promise.all(candidates.map((candidate) => hasSecret(candidate, secret, log)));
		return candidates[Math.max(hasMatchingKey.indexOf(true), 0)];
	}
	return sources.find({ tokenId });
}

async function hasSecret({ source, token: { id } }: SourceToken, secret: string, log: Log): Promise<boolean> {
	const keys = await source.listKeys(id).catch(logFailure(log, 'list keys', []));
	const results = await Promise.all(keys.map(({ which }) => source.readKey(id, which).catch(logFailure(log, `read a key of ${id}`))));
	return results.some(
		(result) => result && 'authorization' in result && parseApiKey(result.authorization)?.secret === secret.toLowerCase(),
	);
}
