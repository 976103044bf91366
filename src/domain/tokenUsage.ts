import { DAY_MS } from './token';

/** Number of responses by status code. */
export type StatusCounts = Readonly<Record<string /* status code, three digits */, number>>;

/** Number of responses to requests with a token on a single day. */
export interface DailyUsage {
	/** `yyyy-mm-dd`, UTC. */
	readonly date: string;
	readonly statuses: StatusCounts;
}

/** Usage of a token. */
export interface TokenUsage {
	/** Those of the last 30 days that had responses, oldest first. */
	readonly days: readonly DailyUsage[];
	/** When the last response was sent, ISO 8601 UTC; null if the token was never used. */
	readonly lastUsed: string | null;
}

/** Usage of a token as its source reports it: `lastUsed` is undefined if a platform doesn't return it. */
export type ReportedUsage = Omit<TokenUsage, 'lastUsed'> & { readonly lastUsed: string | null | undefined };

/** Usage by token ID. */
export type UsageByToken = Readonly<Record<string, TokenUsage>>;

/** Number of days for which usage is stored, including today. */
export const USAGE_RETENTION_DAYS = 30;

/** Usage of a token that was never used. */
export const NO_USAGE: TokenUsage = { days: [], lastUsed: null };

/** How responses are grouped when they're shown. */
export type StatusClass = '200s' | '300s' | '400s' | '500s';
export type StatusClassTotals = Readonly<Record<StatusClass, number>>;

/** Returns the UTC date of `instant` as `yyyy-mm-dd`. */
export function toUtcDate(instant: Date): string {
	return instant.toISOString().slice(0, 10);
}

/** Returns the last 30 days including the day of `now`, `yyyy-mm-dd` UTC, oldest first. */
export function getRetainedDates(now: Date): readonly string[] {
	return Array.from({ length: USAGE_RETENTION_DAYS }, (_, index) =>
		toUtcDate(new Date(now.getTime() - (USAGE_RETENTION_DAYS - 1 - index) * DAY_MS)),
	);
}

/** Returns when the next UTC day starts, in milliseconds since the epoch. */
export function getStartOfNextUtcDay(now: Date): number {
	return Date.parse(toUtcDate(now)) + DAY_MS;
}

/** Adds up the counts in `a` and `b`. The days of each token are sorted, oldest first. */
export function mergeUsage(a: UsageByToken, b: UsageByToken): UsageByToken {
	const ids = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
	return Object.fromEntries(ids.map((id) => [id, mergeTokenUsage(a[id] ?? NO_USAGE, b[id] ?? NO_USAGE)]));
}

/**
 * Removes counts older than 30 days, but not when a token was last used. Counts for tomorrow are kept, in case the clock was set back past
 * midnight; counts for later days were made while the clock was wrong, and would otherwise stay for years.
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

/** Returns the usage for each of the last 30 days, oldest first, including those without responses. */
export function fillMissingDays(days: readonly DailyUsage[], now: Date): readonly DailyUsage[] {
	const usageByDate = new Map(days.map((day) => [day.date, day]));
	return getRetainedDates(now).map((date) => usageByDate.get(date) ?? { date, statuses: {} });
}

/** Returns the number of responses by status class. */
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
 * Returns the class that a status code is counted in. Informational codes, such as 101 for a WebSocket, mean the request was accepted and
 * count as 200s. Codes that HTTP doesn't define count as 500s, in line with RFC 9110, section 15.
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

function mergeTokenUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
	const days = new Map<string, StatusCounts>();
	for (const { date, statuses } of [...a.days, ...b.days]) {
		days.set(date, addStatusCounts(days.get(date) ?? {}, statuses));
	}
	return {
		days: [...days].sort(([first], [second]) => (first < second ? -1 : 1)).map(([date, statuses]) => ({ date, statuses })),
		lastUsed: findLater(a.lastUsed, b.lastUsed),
	};
}

function addStatusCounts(a: StatusCounts, b: StatusCounts): StatusCounts {
	return Object.entries(b).reduce((sum, [code, count]) => ({ ...sum, [code]: addSafely(sum[code] ?? 0, count) }), a);
}

/** Stops at the largest exact integer; a larger number couldn't be read back as a count. */
function addSafely(a: number, b: number): number {
	return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

function findLater(a: string | null, b: string | null): string | null {
	if (a === null || b === null) {
		return a ?? b;
	}
	return Date.parse(a) >= Date.parse(b) ? a : b;
}
