import { parseApiKey } from '../../domain/apiKey';
import type { Clock } from '../../domain/ports';
import type { SourceToken } from '../../domain/sources';

/** How long after a key could not be read a platform is not asked for it again, in milliseconds. */
const PAUSE = 60_000;

/** What a reading came to. */
interface Reading {
	readonly key: string | undefined;
	/** When it began, in milliseconds since the epoch. */
	readonly at: number;
	/** The list of the platform that it was of. */
	readonly readAt: string | null | undefined;
}

/** Reads keys as clients take them. One that has not changed is not read again, which a platform would have to be asked for. */
export class KeyReader {
	/** The last readings, by what they belong to. */
	#readings = new Map<string, Reading>();

	constructor(private readonly clock: Clock) {}

	/**
	 * `SU-…:<secret>` for each of the tokens; undefined where it cannot be read. The keys of all others are forgotten.
	 * @param isPressing whether somebody is waiting: then a platform is asked again for what it would not or could not say
	 */
	async read(tokens: readonly SourceToken[], isPressing: boolean): Promise<readonly (string | undefined)[]> {
		const now = this.clock().getTime();
		const readings = await Promise.all(
			tokens.map(async (found): Promise<[string, Reading]> => {
				const stamp = stampOf(found);
				const last = this.#readings.get(stamp);
				const { freshness } = found.source;
				const isPausing = last && !isPressing && freshness && freshness.readAt === last.readAt && now >= last.at && now - last.at < PAUSE;
				return [stamp, last?.key !== undefined || isPausing ? last : { key: await keyOf(found), at: now, readAt: freshness?.readAt }];
			}),
		);
		this.#readings = new Map(readings);
		return readings.map(([, { key }]) => key);
	}
}

/** Another one once the token has another key. */
function stampOf({ source, token: { id, updated, expirationDate, renewedExpirationDate } }: SourceToken): string {
	return [source.id, source.account?.endpoint, id, updated.at, expirationDate, renewedExpirationDate].join(' ');
}

/** `SU-…:<secret>`; undefined where it cannot be read, which the document's diagnostics or *Send as* say. */
async function keyOf({ source, token }: SourceToken): Promise<string | undefined> {
	const reading = await source.readKey(token.id).catch(() => undefined);
	const key = reading && 'authorization' in reading ? parseApiKey(reading.authorization) : undefined;
	return key && `${key.tokenId}:${key.secret}`;
}
