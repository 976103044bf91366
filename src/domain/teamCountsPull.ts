import type { Clock, WorkspaceTokenSource } from './ports';
import {
	getTotal,
	pruneTeamCounts,
	type StoredTeamCount,
	type StoredTeamCounts,
	type TeamCounter,
	type TeamCountsByToken,
} from './teamUsage';
import { addSafely } from './tokenUsage';

/** Number of responses to requests with a token that an instance has counted so far. */
export interface TeamCount extends TeamCounter {
	readonly tokenId: string;
	readonly count: number;
}

/** What was read from instances at about the same time. */
export interface TeamCountsPull {
	/** When reading started. */
	readonly readAt: Date;
	readonly readings: readonly TeamCountsReading[];
}

/** What one instance returned: its own counts, and those that it got from its peers, which may be older. */
export interface TeamCountsReading {
	/** Name of the instance. */
	readonly readFrom: string;
	readonly counts: readonly TeamCount[];
}

/** What a pull added. */
export interface TeamCountsAdded {
	/** Number of responses that weren't known before. */
	readonly responses: number;
	/** Number of tokens that got them. */
	readonly tokens: number;
	/** Number of tokens that don't exist in the workspace, whose counts were ignored. */
	readonly unknownTokens: number;
}

interface ChosenCount extends TeamCount {
	/** Whether the instance that counts returned it, rather than one of its peers. */
	readonly isOwn: boolean;
}

/**
 * Adds what instances have counted since the last pull to the workspace's statistics.
 * @throws ProblemError when the counts can't be stored; nothing was added then, so the same can be added again later
 */
export async function addTeamCounts(
	source: Pick<WorkspaceTokenSource, 'changeTeamCounts'>,
	pull: TeamCountsPull,
	clock: Clock,
): Promise<TeamCountsAdded> {
	let added: TeamCountsAdded | undefined;
	await source.changeTeamCounts((stored, tokenIds) => {
		const merged = mergeTeamCounts(stored, pull, tokenIds, clock());
		added = describeAddedCounts(pruneTeamCounts(stored.tokens, clock()), merged.tokens, pull, tokenIds);
		return merged;
	});
	return added!;
}

/**
 * Updates stored counts to what instances have counted since. The result is the same in whatever order the instances were read, and pulling
 * the same again adds nothing. An instance that returns a lower count for itself than before has lost its counts with a restart, so all that it
 * counted since is added, unless its counts say which start they belong to. Whatever may be older than what's stored only ever raises a count, and is
 * ignored after such a restart: the counts that peers return for an instance, and those of a pull that started before another one that was stored
 * already. Counts of other tokens and of days that aren't stored are dropped.
 */
export function mergeTeamCounts(
	stored: StoredTeamCounts,
	{ readAt, readings }: TeamCountsPull,
	tokenIds: ReadonlySet<string>,
	now: Date,
): StoredTeamCounts {
	// A time in the future is from before the clock was set back, and says nothing about the order.
	const storedAt = stored.pulledAt !== null && Date.parse(stored.pulledAt) <= now.getTime() ? Date.parse(stored.pulledAt) : -Infinity;
	const isOutdated = readAt.getTime() < storedAt;
	const merged = new Map(
		Object.entries(stored.tokens).flatMap(([tokenId, counts]) =>
			counts.map((count) => [toKey({ tokenId, ...count }), { tokenId, count }] as const),
		),
	);
	for (const [key, { tokenId, isOwn, ...count }] of chooseCounts(readings)) {
		const known = merged.get(key)?.count;
		if (tokenIds.has(tokenId) && (known || count.count > 0)) {
			merged.set(key, { tokenId, count: updateCount(known, count, isOwn && !isOutdated && count.run === undefined) });
		}
	}
	const tokens = new Map<string, StoredTeamCount[]>();
	for (const [, { tokenId, count }] of [...merged].sort(([first], [second]) => (first < second ? -1 : 1))) {
		const counts = tokens.get(tokenId) ?? [];
		counts.push(count);
		tokens.set(tokenId, counts);
	}
	return {
		pulledAt: isOutdated ? stored.pulledAt : readAt.toISOString(),
		tokens: pruneTeamCounts(Object.fromEntries(tokens), now),
	};
}

/** Returns what a merge has added to `before`. */
function describeAddedCounts(
	before: TeamCountsByToken,
	after: TeamCountsByToken,
	{ readings }: TeamCountsPull,
	tokenIds: ReadonlySet<string>,
): TeamCountsAdded {
	const added = Object.entries(after)
		.map(([id, counts]) => sumCounts(counts) - sumCounts(before[id] ?? []))
		.filter((count) => count > 0);
	const ids = new Set(readings.flatMap(({ counts }) => counts.map(({ tokenId }) => tokenId)));
	return {
		responses: added.reduce(addSafely, 0),
		tokens: added.length,
		unknownTokens: [...ids].filter((id) => !tokenIds.has(id)).length,
	};
}

/** Chooses one count of each counter: its instance's own one or, if that wasn't read, the most recent one of its peers, which is the highest. */
function chooseCounts(readings: readonly TeamCountsReading[]): ReadonlyMap<string, ChosenCount> {
	const chosen = new Map<string, ChosenCount>();
	for (const { readFrom, counts } of readings) {
		for (const count of counts) {
			const candidate: ChosenCount = { ...count, isOwn: count.instance === readFrom };
			const other = chosen.get(toKey(count));
			if (!other || (candidate.isOwn === other.isOwn ? candidate.count > other.count : candidate.isOwn)) {
				chosen.set(toKey(count), candidate);
			}
		}
	}
	return chosen;
}

/** @param canBeLower whether a lower count means that earlier ones were lost, rather than that it's older */
function updateCount(known: StoredTeamCount | undefined, read: StoredTeamCount, canBeLower: boolean): StoredTeamCount {
	if (!known) {
		return read;
	}
	if (canBeLower) {
		return read.count < known.count ? { ...read, earlier: addSafely(known.earlier ?? 0, known.count) } : { ...known, count: read.count };
	}
	return known.earlier === undefined && read.count > known.count ? { ...known, count: read.count } : known;
}

/** Sorts by token, day, instance, and class. Names of instances have no spaces. */
function toKey({ tokenId, date, instance, run = '', statusClass }: TeamCounter & { readonly tokenId: string }): string {
	return [tokenId, date, instance, run, statusClass].join(' ');
}

function sumCounts(counts: readonly StoredTeamCount[]): number {
	return counts.map(getTotal).reduce(addSafely, 0);
}
