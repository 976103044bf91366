import type { TeamUsage } from '../domain/teamUsage';
import {
	fillMissingDays,
	fillMissingHours,
	getStatusClass,
	sumByStatusClass,
	type ReportedUsage,
	type StatusCounts,
} from '../domain/tokenUsage';
import type { UsageInterval, UsageSnapshot } from '../protocol/detailsMessages';

/**
 * Summarizes a token's usage up to `now` for the details page: the last 30 days, and the last 24 hours.
 * @param isCountedByHour whether the source counts responses by hour, too
 */
export function summarizeUsage(
	{ days, hours = [], lastUsed }: ReportedUsage,
	now: Date,
	isCountedByHour: boolean,
): Pick<UsageSnapshot, 'lastUsed' | 'days' | 'hours'> {
	return {
		...(lastUsed !== undefined && { lastUsed }),
		days: fillMissingDays(days, now).map(({ date, statuses }) => toInterval(date, statuses)),
		...(isCountedByHour && { hours: fillMissingHours(hours, now).map(({ hour, statuses }) => toInterval(`${hour}:00:00.000Z`, statuses)) }),
	};
}

/** Summarizes what the team's instances counted up to `now`. */
export function summarizeTeamUsage({ days, instances, pulledAt }: TeamUsage, now: Date): NonNullable<UsageSnapshot['team']> {
	return { days: fillMissingDays(days, now).map(({ date, statuses }) => toInterval(date, statuses)), instances, pulledAt };
}

/** Returns what's shown while usage is read over the network. */
export function createPendingUsage(now: Date): UsageSnapshot {
	return { ...summarizeUsage({ days: [], lastUsed: undefined }, now, false), gatewayUrl: null, source: 'loading', problem: null };
}

function toInterval(start: string, statuses: StatusCounts): UsageInterval {
	return {
		start,
		classes: sumByStatusClass([{ statuses }]),
		codes: Object.entries(statuses)
			.map(([code, count]) => ({ code, class: getStatusClass(code), count }))
			.sort((a, b) => (a.code < b.code ? -1 : 1)),
	};
}
