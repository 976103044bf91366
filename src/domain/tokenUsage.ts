import { DAY_MS } from './token';

/** Number of responses by status code. */
export type StatusCounts = Readonly<Record<string /* status code, three digits */, number>>;

/** Number of responses to requests with a token on a single day. */
export interface DailyUsage {
	/** `yyyy-mm-dd`, UTC. */
	readonly date: string;
	readonly statuses: StatusCounts;
	/**
	 * Allowed requests by module ID, with `MD-0000` for those that only access to all modules allows. Paths that several modules or all tokens
	 * share don't count. Omitted if there are none.
	 */
	readonly modules?: ModuleCounts;
}

/** Number of allowed requests that could only read, and of all others, by module ID. */
export type ModuleCounts = Readonly<Record<string, { readonly read: number; readonly write: number }>>;

/** Number of responses to requests with a token in a single hour. */
export interface HourlyUsage {
	/** `yyyy-mm-ddThh`, UTC. */
	readonly hour: string;
	readonly statuses: StatusCounts;
}

/** Usage of a token. */
export interface TokenUsage {
	/** Those of the last 30 days that had responses, oldest first. */
	readonly days: readonly DailyUsage[];
	/** Those of the last 24 hours that had responses, oldest first. Omitted if there are none, or if they're counted only by day. */
	readonly hours?: readonly HourlyUsage[];
	/** When the last response was sent, ISO 8601 UTC; null if the token was never used. */
	readonly lastUsed: string | null;
	/**
	 * The day since which requests are counted by module, `yyyy-mm-dd` UTC, if that's less than 30 days ago because an earlier version, which
	 * didn't count them, wrote the days before. Omitted otherwise.
	 */
	readonly modulesSince?: string;
}

/** Usage of a token as its source reports it: `lastUsed` is undefined if a platform doesn't return it. */
export type ReportedUsage = Omit<TokenUsage, 'lastUsed'> & { readonly lastUsed: string | null | undefined };

/** Usage by token ID. */
export type UsageByToken = Readonly<Record<string, TokenUsage>>;

/** Number of days for which usage is stored, including today. */
export const USAGE_RETENTION_DAYS = 30;

/** Number of hours for which usage is also stored by hour, including the current one. */
const HOURLY_USAGE_RETENTION_HOURS = 24;

export const HOUR_MS = 60 * 60 * 1000;

/** Usage of a token that was never used. */
export const NO_USAGE: TokenUsage = { days: [], lastUsed: null };

/** How responses are grouped when they're shown. */
export type StatusClass = '2xx' | '3xx' | '4xx' | '5xx';
export type StatusClassTotals = Readonly<Record<StatusClass, number>>;

/** Returns the UTC date of `instant` as `yyyy-mm-dd`. */
export function toUtcDate(instant: Date): string {
	return instant.toISOString().slice(0, 10);
}

/** Returns the UTC hour of `instant` as `yyyy-mm-ddThh`. */
export function toUtcHour(instant: Date): string {
	return instant.toISOString().slice(0, 13);
}

/** Returns the last 24 hours including the one of `now`, `yyyy-mm-ddThh` UTC, oldest first. */
function getRetainedHours(now: Date): readonly string[] {
	return Array.from({ length: HOURLY_USAGE_RETENTION_HOURS }, (_, index) =>
		toUtcHour(new Date(now.getTime() - (HOURLY_USAGE_RETENTION_HOURS - 1 - index) * HOUR_MS)),
	);
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

/** Returns when the next hour starts, in milliseconds since the epoch. UTC days start together with an hour. */
export function getStartOfNextHour(now: Date): number {
	return (Math.floor(now.getTime() / HOUR_MS) + 1) * HOUR_MS;
}

/** Adds up the counts in `a` and `b`. The days and hours of each token are sorted, oldest first. */
export function mergeUsage(a: UsageByToken, b: UsageByToken): UsageByToken {
	const ids = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
	return Object.fromEntries(ids.map((id) => [id, mergeTokenUsage(a[id] ?? NO_USAGE, b[id] ?? NO_USAGE)]));
}

/**
 * Removes counts of days and hours that aren't stored anymore, but not when a token was last used. Counts for tomorrow are kept, in case the clock was set back past
 * midnight; counts for later days were made while the clock was wrong, and would otherwise stay for years.
 */
export function pruneUsage(usage: UsageByToken, now: Date): UsageByToken {
	const firstDate = getRetainedDates(now)[0]!;
	const lastDate = toUtcDate(new Date(now.getTime() + DAY_MS));
	const firstHour = getRetainedHours(now)[0]!;
	const lastHour = toUtcHour(new Date(now.getTime() + DAY_MS));
	const entries = Object.entries(usage).map(([id, { days, hours = [], lastUsed, modulesSince }]): [string, TokenUsage] => [
		id,
		{
			days: days.filter(({ date }) => date >= firstDate && date <= lastDate),
			...toOptionalHours(hours.filter(({ hour }) => hour >= firstHour && hour <= lastHour)),
			lastUsed: lastUsed !== null && toUtcDate(new Date(lastUsed)) <= lastDate ? lastUsed : null,
			...(modulesSince !== undefined && modulesSince > firstDate && modulesSince <= lastDate && { modulesSince }),
		},
	]);
	return Object.fromEntries(entries.filter(([, { days, hours, lastUsed }]) => days.length > 0 || hours !== undefined || lastUsed !== null));
}

/** Returns the usage for each of the last 30 days, oldest first, including those without responses. */
export function fillMissingDays(days: readonly DailyUsage[], now: Date): readonly DailyUsage[] {
	const usageByDate = new Map(days.map((day) => [day.date, day]));
	return getRetainedDates(now).map((date) => usageByDate.get(date) ?? { date, statuses: {} });
}

/** Returns the usage for each of the last 24 hours, oldest first, including those without responses. */
export function fillMissingHours(hours: readonly HourlyUsage[], now: Date): readonly HourlyUsage[] {
	const usageByHour = new Map(hours.map((usage) => [usage.hour, usage]));
	return getRetainedHours(now).map((hour) => usageByHour.get(hour) ?? { hour, statuses: {} });
}

/** Returns the number of responses by status class. */
export function sumByStatusClass(days: readonly Pick<DailyUsage, 'statuses'>[]): StatusClassTotals {
	const totals: Record<StatusClass, number> = { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
	for (const { statuses } of days) {
		for (const [code, count] of Object.entries(statuses)) {
			totals[getStatusClass(code)] = addSafely(totals[getStatusClass(code)], count);
		}
	}
	return totals;
}

/**
 * Returns the class that a status code is counted in. Informational codes, such as 101 for a WebSocket, mean the request was accepted and
 * count as 2xx. Codes that HTTP doesn't define count as 5xx, in line with RFC 9110, section 15.
 */
export function getStatusClass(code: string): StatusClass {
	switch (code[0]) {
		case '1':
		case '2':
			return '2xx';
		case '3':
			return '3xx';
		case '4':
			return '4xx';
		default:
			return '5xx';
	}
}

/** Adds up the counts in `a` and `b`. The days and hours are sorted, oldest first. */
export function mergeTokenUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
	const hours = [...(a.hours ?? []), ...(b.hours ?? [])].map(({ hour, statuses }) => [hour, statuses] as const);
	return {
		days: sumDays([...a.days, ...b.days]),
		...toOptionalHours(sumByTime(hours).map(([hour, statuses]) => ({ hour, statuses }))),
		lastUsed: findLater(a.lastUsed, b.lastUsed),
		...toOptionalModulesSince(a.modulesSince, b.modulesSince),
	};
}

/** Marks that requests are counted by module only since this day, `yyyy-mm-dd` UTC, because an earlier version counted them until then. */
export function withModulesSince(usage: UsageByToken, date: string): UsageByToken {
	return Object.fromEntries(
		Object.entries(usage).map(([id, tokenUsage]) => [id, tokenUsage.days.length > 0 ? { ...tokenUsage, modulesSince: date } : tokenUsage]),
	);
}

/** Before the later of the two days, not all requests were counted. */
function toOptionalModulesSince(a: string | undefined, b: string | undefined): Pick<TokenUsage, 'modulesSince'> {
	const later = a !== undefined && b !== undefined && a > b ? a : (b ?? a);
	return later === undefined ? {} : { modulesSince: later };
}

/** Adds up the counts of the same day, oldest first. */
export function sumDays(days: readonly DailyUsage[]): readonly DailyUsage[] {
	const modulesByDate = new Map<string, readonly ModuleCounts[]>();
	for (const { date, modules } of days) {
		if (modules) {
			modulesByDate.set(date, [...(modulesByDate.get(date) ?? []), modules]);
		}
	}
	return sumByTime(days.map(({ date, statuses }) => [date, statuses] as const)).map(([date, statuses]) => {
		const modules = modulesByDate.get(date);
		return { date, statuses, ...(modules && { modules: sumModuleCounts(modules) }) };
	});
}

/** Adds up the counts of the same module. Uses a map, because a module can have the name of a property that every object has. */
export function sumModuleCounts(all: readonly ModuleCounts[]): ModuleCounts {
	const sums = new Map<string, { readonly read: number; readonly write: number }>();
	for (const [id, { read, write }] of all.flatMap((counts) => Object.entries(counts))) {
		const sum = sums.get(id);
		sums.set(id, { read: addSafely(sum?.read ?? 0, read), write: addSafely(sum?.write ?? 0, write) });
	}
	return Object.fromEntries([...sums].sort(([first], [second]) => (first < second ? -1 : 1)));
}

/** Adds up the counts of the same day or hour, oldest first. */
function sumByTime(counts: readonly (readonly [time: string, statuses: StatusCounts])[]): readonly [string, StatusCounts][] {
	const sums = new Map<string, StatusCounts>();
	for (const [time, statuses] of counts) {
		sums.set(time, addStatusCounts(sums.get(time) ?? {}, statuses));
	}
	return [...sums].sort(([first], [second]) => (first < second ? -1 : 1));
}

function toOptionalHours(hours: readonly HourlyUsage[]): Pick<TokenUsage, 'hours'> {
	return hours.length > 0 ? { hours } : {};
}

function addStatusCounts(a: StatusCounts, b: StatusCounts): StatusCounts {
	return Object.entries(b).reduce((sum, [code, count]) => ({ ...sum, [code]: addSafely(sum[code] ?? 0, count) }), a);
}

/** Stops at the largest exact integer; a larger number couldn't be read back as a count. */
export function addSafely(a: number, b: number): number {
	return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

function findLater(a: string | null, b: string | null): string | null {
	if (a === null || b === null) {
		return a ?? b;
	}
	return Date.parse(a) >= Date.parse(b) ? a : b;
}
