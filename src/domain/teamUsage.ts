import { DAY_MS } from './token';
import { addSafely, getRetainedDates, sumDays, toUtcDate, type DailyUsage, type StatusClass } from './tokenUsage';

/** What an instance of another engine, such as HAProxy, counts separately. */
export interface TeamCounter {
	/** `yyyy-mm-dd`, UTC, by the clock of the instance. */
	readonly date: string;
	readonly statusClass: StatusClass;
	/** Name of the instance that counts. */
	readonly instance: string;
	/** Identifies a start of the instance. Omitted if it's unknown, so that a restart can only be recognized by a lower count. */
	readonly run?: string;
}

/** The last known value of a counter. */
export interface StoredTeamCount extends TeamCounter {
	readonly count: number;
	/** What the instance had counted when it lost its counts. Omitted if it never did. */
	readonly earlier?: number;
}

export type TeamCountsByToken = Readonly<Record<string /* token ID */, readonly StoredTeamCount[]>>;

/** All stored counts. */
export interface StoredTeamCounts {
	/** When reading the most recent pull started, ISO 8601 UTC; null if nothing was ever pulled. */
	readonly pulledAt: string | null;
	readonly tokens: TeamCountsByToken;
}

/**
 * Returns what to store instead of `stored`. Pure, because it's called again if another process changes the stored counts anyway.
 * @param tokenIds IDs of the tokens that exist
 */
export type ChangeTeamCounts = (stored: StoredTeamCounts, tokenIds: ReadonlySet<string>) => StoredTeamCounts;

/** The responses to requests with a token on the team's instances. */
export interface TeamUsage {
	/** Those of the last 30 days that had responses, oldest first, with the number of responses by status class instead of status code. */
	readonly days: readonly DailyUsage[];
	/** Names of the instances that counted them. */
	readonly instances: readonly string[];
	/** When the counts were last pulled, ISO 8601 UTC. */
	readonly pulledAt: string;
}

/**
 * Removes counts of days that aren't stored anymore. Those of tomorrow are kept, because the clock of an instance may be ahead; later days come from a
 * wrong clock.
 */
export function pruneTeamCounts(byToken: TeamCountsByToken, now: Date): TeamCountsByToken {
	const firstDate = getRetainedDates(now)[0]!;
	const lastDate = toUtcDate(new Date(now.getTime() + DAY_MS));
	const entries = Object.entries(byToken).map(
		([id, counts]) => [id, counts.filter(({ date }) => date >= firstDate && date <= lastDate)] as const,
	);
	return Object.fromEntries(entries.filter(([, counts]) => counts.length > 0));
}

/** Adds up the counts of all instances. */
export function summarizeTeamCounts(counts: readonly StoredTeamCount[]): Pick<TeamUsage, 'days' | 'instances'> {
	return {
		days: sumDays(counts.map((count) => ({ date: count.date, statuses: { [count.statusClass]: getTotal(count) } }))),
		instances: [...new Set(counts.map(({ instance }) => instance))].sort(),
	};
}

/** Returns what a counter has counted before and after it was lost. */
export function getTotal({ count, earlier = 0 }: StoredTeamCount): number {
	return addSafely(count, earlier);
}
