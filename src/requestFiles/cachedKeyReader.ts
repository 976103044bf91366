import { logFailure, type Log } from '../domain/log';
import type { Clock } from '../domain/ports';
import type { SourceToken } from '../domain/tokenSources';

/** How long to wait before requesting a key from a platform again after that failed. */
const RETRY_DELAY_MS = 60_000;

/** Result of reading a key. */
interface CachedRead {
	/** Undefined if the key couldn't be read. */
	readonly key: string | undefined;
	/** Milliseconds since the epoch. */
	readonly startedAt: number;
	/** When the account's token list had last been read, ISO 8601 UTC. */
	readonly listReadAt: string | null | undefined;
}

/** Reads keys in the form that clients expect, and caches them: reading an account's key takes a request to the platform. */
export class CachedKeyReader {
	/** Latest results, by key version. */
	#results = new Map<string, CachedRead>();

	/** @param readCredential releases a key as `SU-…:<secret>`; rejects if it can't be read */
	constructor(
		private readonly readCredential: (found: SourceToken) => Promise<string>,
		private readonly clock: Clock,
		private readonly log: Log,
	) {}

	/**
	 * Returns `SU-…:<secret>` for each token, or undefined if its key can't be read. Keys of all other tokens are removed from the cache.
	 * @param isUrgent retries failed reads right away, because the user is waiting for the key
	 */
	async read(tokens: readonly SourceToken[], isUrgent: boolean): Promise<readonly (string | undefined)[]> {
		const now = this.clock().getTime();
		const results = await Promise.all(
			tokens.map(async (found): Promise<[string, CachedRead]> => {
				const cacheKey = keyVersion(found);
				const last = this.#results.get(cacheKey);
				const syncState = found.source.remote?.syncState;
				const isWaitingToRetry =
					last &&
					!isUrgent &&
					syncState &&
					syncState.readAt === last.listReadAt &&
					now >= last.startedAt &&
					now - last.startedAt < RETRY_DELAY_MS;
				return [
					cacheKey,
					last?.key !== undefined || isWaitingToRetry
						? last
						: { key: await this.#readKey(found), startedAt: now, listReadAt: syncState?.readAt },
				];
			}),
		);
		this.#results = new Map(results);
		return results.map(([, { key }]) => key);
	}

	async #readKey(found: SourceToken): Promise<string | undefined> {
		return this.readCredential(found).catch(logFailure(this.log, `read the API key of ${found.token.id}`));
	}
}

/** Identifies the token's current key: changes when the key is rotated or renewed. */
function keyVersion({ source, token: { id, updated, expirationDate, renewedExpirationDate } }: SourceToken): string {
	return [source.id, source.remote?.account.endpoint, id, updated.at, expirationDate, renewedExpirationDate].join(' ');
}
