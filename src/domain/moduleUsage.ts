import { DAY_MS } from './token';
import { getRetainedDates, sumModuleCounts, toUtcDate, type ReportedUsage } from './tokenUsage';

/** How a token used a module in the last 30 days. */
export interface UsedModule {
	/** `MD-0000` for requests that only access to all modules allows. */
	readonly moduleId: string;
	/** Number of requests that could only read. */
	readonly read: number;
	/** Number of all other requests. */
	readonly write: number;
	/** The last day with a request, `yyyy-mm-dd` UTC. */
	readonly lastUsed: string;
}

/** How a token used its modules. */
export interface ModuleUsage {
	/** The modules that it used, those with the most requests first. */
	readonly used: readonly UsedModule[];
	/** The first day that was counted, `yyyy-mm-dd` UTC, if that's not all of the last 30; otherwise undefined. */
	readonly since?: string;
}

/** Summarizes the days that are stored. */
export function summarizeModuleUsage({ days, modulesSince }: Pick<ReportedUsage, 'days' | 'modulesSince'>): ModuleUsage {
	const counts = sumModuleCounts(days.map(({ modules = {} }) => modules));
	const lastDates = new Map(days.flatMap(({ date, modules = {} }) => Object.keys(modules).map((id) => [id, date] as const)));
	const used = Object.entries(counts).map(([moduleId, count]) => ({ moduleId, ...count, lastUsed: lastDates.get(moduleId)! }));
	return {
		used: used.sort((a, b) => countRequests(b) - countRequests(a)),
		...(modulesSince !== undefined && { since: modulesSince }),
	};
}

/** Returns the number of requests of a module. */
export function countRequests({ read, write }: Pick<UsedModule, 'read' | 'write'>): number {
	return read + write;
}

/** Fewer requests than this say little about what a token needs. */
const MIN_REQUESTS = 20;

/** How much is known about what a token needs. */
export interface UsageEvidence {
	/** The first day that was observed, `yyyy-mm-dd` UTC. */
	readonly since: string;
	/** The number of days that were observed, including today. */
	readonly days: number;
	/** The number of requests that were counted by module. */
	readonly requests: number;
	/** Whether less than 30 days were observed. */
	readonly isYoung: boolean;
	/** Whether there were few requests. */
	readonly isSparse: boolean;
}

/**
 * Says how much is known about what a token needs.
 * @param createdAt when the token was created, ISO 8601
 */
export function getEvidence({ used, since }: ModuleUsage, createdAt: string, now: Date): UsageEvidence {
	const firstDate = getRetainedDates(now)[0]!;
	const today = toUtcDate(now);
	const firstObserved = [toUtcDate(new Date(createdAt)), since ?? firstDate, firstDate].sort().at(-1)!;
	// The clock may have been set back.
	const start = firstObserved < today ? firstObserved : today;
	const requests = used.reduce((sum, module) => sum + countRequests(module), 0);
	return {
		since: start,
		days: Math.round((Date.parse(today) - Date.parse(start)) / DAY_MS) + 1,
		requests,
		isYoung: start > firstDate,
		isSparse: requests < MIN_REQUESTS,
	};
}
