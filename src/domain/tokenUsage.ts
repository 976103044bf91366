import { DAY_MS } from './token';

/** How many responses had which status code. */
export type StatusCounts = Readonly<Record<string /* status code, three digits */, number>>;

/** The responses to one token on one day. */
export interface DailyUsage {
	/** `yyyy-mm-dd`, UTC. */
	readonly date: string;
	readonly statuses: StatusCounts;
}

/** What is known of the use of one token. */
export interface TokenUsage {
	/** Days of the last 30 that had responses, the oldest first. */
	readonly days: readonly DailyUsage[];
	/** When the last response was sent, ISO 8601 UTC; null for a token never used. */
	readonly lastUsed: string | null;
}

/** As much of the use of one token as its source knows: to a platform the last use may be undefined. */
export interface ReportedUsage {
	readonly days: readonly DailyUsage[];
	readonly lastUsed: string | null | undefined;
}

/** Responses counted since they were last written down, by token id. */
export type UsageByToken = Readonly<Record<string, TokenUsage>>;

/** How many days are kept, today's among them. */
export const USAGE_RETENTION_DAYS = 30;

/** What is known of a token that was never used. */
export const NO_USAGE: TokenUsage = { days: [], lastUsed: null };

/** What responses are shown as, by the first digit of their status codes. */
export type StatusClass = '200s' | '300s' | '400s' | '500s';
export type StatusClassTotals = Readonly<Record<StatusClass, number>>;

/** `yyyy-mm-dd` of the UTC day that `instant` belongs to. */
export function toUtcDate(instant: Date): string {
	return instant.toISOString().slice(0, 10);
}

/** The last 30 days up to that of `now`, `yyyy-mm-dd` UTC, the oldest first. */
export function getRetainedDates(now: Date): readonly string[] {
	return Array.from({ length: USAGE_RETENTION_DAYS }, (_, index) =>
		toUtcDate(new Date(now.getTime() - (USAGE_RETENTION_DAYS - 1 - index) * DAY_MS)),
	);
}

/** When the UTC day after that of `now` begins, in milliseconds since the epoch. */
export function getStartOfNextUtcDay(now: Date): number {
	return Date.parse(toUtcDate(now)) + DAY_MS;
}

/** What both have counted, together; the days of a token once each, the oldest first. */
export function mergeUsage(one: UsageByToken, other: UsageByToken): UsageByToken {
	const ids = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
	return Object.fromEntries(ids.map((id) => [id, mergeTokenUsage(one[id] ?? NO_USAGE, other[id] ?? NO_USAGE)]));
}

/**
 * What of the counts is still of interest: the last 30 days and when each token was last used, however long ago. Tomorrow is kept for a
 * clock that was set back over midnight; what lies further ahead was counted by a clock that was wrong, and would stay for years.
 */
export function pruneUsage(usage: UsageByToken, now: Date): UsageByToken {
	const firstDate = getRetainedDates(now)[0]!;
	const lastDate = toUtcDate(new Date(now.getTime() + DAY_MS));
	const entries = Object.entries(usage).map(([id, { days, lastUsed }]): [string, TokenUsage] => [
		id,
		{
			days: days.filter(({ date }) => date >= firstDate && date <= lastDate),
			lastUsed: lastUsed !== null && toUtcDate(new Date(lastUsed)) <= lastDate ? lastUsed : null,
		},
	]);
	return Object.fromEntries(entries.filter(([, { days, lastUsed }]) => days.length > 0 || lastUsed !== null));
}

/** Every one of the last 30 days up to that of `now`, the oldest first; those without responses have no status codes. */
export function fillMissingDays(days: readonly DailyUsage[], now: Date): readonly DailyUsage[] {
	const usageByDate = new Map(days.map((day) => [day.date, day]));
	return getRetainedDates(now).map((date) => usageByDate.get(date) ?? { date, statuses: {} });
}

/** How many responses were of each class. */
export function sumByStatusClass(days: readonly Pick<DailyUsage, 'statuses'>[]): StatusClassTotals {
	const totals: Record<StatusClass, number> = { '200s': 0, '300s': 0, '400s': 0, '500s': 0 };
	for (const { statuses } of days) {
		for (const [code, count] of Object.entries(statuses)) {
			totals[getStatusClass(code)] = addSafely(totals[getStatusClass(code)], count);
		}
	}
	return totals;
}

/**
 * The class that a status code counts with. One below 200, such as the 101 that opens a WebSocket, says that the request was taken and
 * counts with the 200s; one that HTTP does not define counts with the 500s, as RFC 9110 (15) wants it read.
 */
export function getStatusClass(code: string): StatusClass {
	switch (code[0]) {
		case '1':
		case '2':
			return '200s';
		case '3':
			return '300s';
		case '4':
			return '400s';
		default:
			return '500s';
	}
}

function mergeTokenUsage(one: TokenUsage, other: TokenUsage): TokenUsage {
	const days = new Map<string, StatusCounts>();
	for (const { date, statuses } of [...one.days, ...other.days]) {
		days.set(date, addStatusCounts(days.get(date) ?? {}, statuses));
	}
	return {
		days: [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([date, statuses]) => ({ date, statuses })),
		lastUsed: laterOf(one.lastUsed, other.lastUsed),
	};
}

function addStatusCounts(one: StatusCounts, other: StatusCounts): StatusCounts {
	return Object.entries(other).reduce((all, [code, count]) => ({ ...all, [code]: addSafely(all[code] ?? 0, count) }), one);
}

/** Stops where a number can no longer be exact, rather than become what no reader takes for a count. */
function addSafely(one: number, other: number): number {
	return Math.min(one + other, Number.MAX_SAFE_INTEGER);
}

function laterOf(one: string | null, other: string | null): string | null {
	if (one === null || other === null) {
		return one ?? other;
	}
	return Date.parse(one) >= Date.parse(other) ? one : other;
}
