import { parseApiKey } from '../domain/apiKey';
import type { Clock } from '../domain/ports';
import type { SourceToken } from '../domain/tokenSources';

/** How long after a key could not be read a platform is not asked for it again, in milliseconds. */
const RETRY_DELAY_MS = 60_000;

/** What a reading came to. */
interface KeyReadResult {
	readonly key: string | undefined;
	/** When it began, in milliseconds since the epoch. */
	readonly startedAt: number;
	/** The list of the platform that it was of. */
	readonly listReadAt: string | null | undefined;
}

/** Reads keys as clients take them. One that has not changed is not read again, which a platform would have to be asked for. */
export class CachedKeyReader {
	/** The last readings, by what they belong to. */
	#results = new Map<string, KeyReadResult>();

	constructor(private readonly clock: Clock) {}

	/**
	 * `SU-…:<secret>` for each of the tokens; undefined where it cannot be read. The keys of all others are forgotten.
	 * @param isUrgent whether somebody is waiting: then a platform is asked again for what it would not or could not say
	 */
	async read(tokens: readonly SourceToken[], isUrgent: boolean): Promise<readonly (string | undefined)[]> {
		const now = this.clock().getTime();
		const results = await Promise.all(
			tokens.map(async (found): Promise<[string, KeyReadResult]> => {
				const cacheKey = keyVersion(found);
				const last = this.#results.get(cacheKey);
				const freshness = found.source.remote?.syncState;
				const isWaitingToRetry =
					last &&
					!isUrgent &&
					freshness &&
					freshness.readAt === last.listReadAt &&
					now >= last.startedAt &&
					now - last.startedAt < RETRY_DELAY_MS;
				return [
					cacheKey,
					last?.key !== undefined || isWaitingToRetry
						? last
						: { key: await readEnvironmentValue(found), startedAt: now, listReadAt: freshness?.readAt },
				];
			}),
		);
		this.#results = new Map(results);
		return results.map(([, { key }]) => key);
	}
}

/** Another one once the token has another key. */
function keyVersion({ source, token: { id, updated, expirationDate, renewedExpirationDate } }: SourceToken): string {
	return [source.id, source.remote?.account.endpoint, id, updated.at, expirationDate, renewedExpirationDate].join(' ');
}

/** `SU-…:<secret>`; undefined where it cannot be read, which the document's diagnostics or *Send as* say. */
async function readEnvironmentValue({ source, token }: SourceToken): Promise<string | undefined> {
	const result = await source.readKey(token.id).catch(() => undefined);
	const key = result && 'authorization' in result ? parseApiKey(result.authorization) : undefined;
	return key && `${key.tokenId}:${key.secret}`;
}
