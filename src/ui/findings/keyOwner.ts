import { parseApiKey, type ApiKey } from '../../domain/apiKey';
import type { SourceToken, TokenSources } from '../../domain/sources';

/**
 * The token that a key is of: where several sources have one of its id, the one that has this key, and the first where none has.
 * Undefined where there is no such token.
 */
export async function ownerOf({ tokenId, secret }: ApiKey, sources: TokenSources): Promise<SourceToken | undefined> {
	const known = (await sources.list('known')).filter(({ token }) => token.id === tokenId);
	if (known.length > 1) {
		const have = await Promise.all(known.map((found) => hasKey(found, secret)));
		return known[Math.max(have.indexOf(true), 0)];
	}
	return sources.find({ tokenId });
}

async function hasKey({ source, token: { id } }: SourceToken, secret: string): Promise<boolean> {
	const keys = await source.keys(id).catch(() => []);
	const readings = await Promise.all(keys.map(({ which }) => source.readKey(id, which).catch(() => undefined)));
	return readings.some((one) => one && 'authorization' in one && parseApiKey(one.authorization)?.secret === secret.toLowerCase());
}
