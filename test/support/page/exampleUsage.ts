import { DAY_MS } from '../../../src/domain/token';
import type { TeamUsage } from '../../../src/domain/teamUsage';
import { HOUR_MS, sumByStatusClass, toUtcDate, toUtcHour, type StatusCounts, type TokenUsage } from '../../../src/domain/tokenUsage';

/** Base URL of the gateway in the examples. */
export const GATEWAY_URL = 'http://127.0.0.1:7357/public/v1';

/** The UTC day that many days before `now`, as `yyyy-mm-dd`. */
export function daysAgo(days: number, now = new Date()): string {
	return toUtcDate(new Date(now.getTime() - days * DAY_MS));
}

/** Usage from the status counts by number of days before `now`. The token was last used at `now`. */
export function usageByDaysAgo(days: Readonly<Record<number, StatusCounts>>, now = new Date()): TokenUsage {
	return {
		days: Object.entries(days)
			.map(([daysBefore, statuses]) => ({ date: daysAgo(Number(daysBefore), now), statuses }))
			.reverse(),
		lastUsed: now.toISOString(),
	};
}

/** The 24 hours of usage before `now`, with a quiet night. */
function busyHours(now: Date): NonNullable<TokenUsage['hours']> {
	return Array.from({ length: 24 }, (_, index) => {
		const start = new Date(now.getTime() - (23 - index) * HOUR_MS);
		const count = start.getUTCHours() < 6 ? 1 : 8 + ((index * 5) % 9);
		return { hour: toUtcHour(start), statuses: { 200: count, ...(index % 5 === 2 && { 404: 3 }), ...(index === 15 && { 502: 6 }) } };
	});
}

/** The month of usage before `now` with weekends, failures, and WebSockets. */
export function busyMonthUsage(now = new Date()): TokenUsage {
	const days = Array.from({ length: 30 }, (_, daysBefore): [number, StatusCounts] => {
		const count = new Date(daysAgo(daysBefore, now)).getUTCDay() % 6 === 0 ? 20 : 220 + ((daysBefore * 37) % 90);
		return [
			daysBefore,
			{
				200: count,
				201: Math.round(count / 5),
				...(daysBefore % 4 === 0 && { 101: 3 }),
				...(daysBefore % 3 === 0 && { 304: Math.round(count / 6) }),
				404: 4 + ((daysBefore * 7) % 30),
				...(daysBefore % 8 === 5 && { 502: 45 }),
			},
		];
	});
	return { ...usageByDaysAgo(Object.fromEntries(days), now), hours: busyHours(now) };
}

/** The month of the team's traffic before `now`, pulled from two instances an hour ago. */
export function busyTeamUsage(now = new Date()): TeamUsage {
	const days = busyMonthUsage(now).days.map(({ date, statuses }) => {
		const classes = sumByStatusClass([{ statuses }]);
		const counts = Object.entries(classes).map(([statusClass, count]): [string, number] => [statusClass, count * 37]);
		return { date, statuses: Object.fromEntries(counts.filter(([, count]) => count > 0)) };
	});
	return { days, instances: ['eu-1', 'eu-2'], pulledAt: new Date(now.getTime() - HOUR_MS).toISOString() };
}

/** A month in which the token read subscriptions and usage, and wrote what it read of billing. */
export function moduleUsage(now = new Date()): TokenUsage {
	const days = [26, 11, 3].map((daysBefore) => ({
		date: daysAgo(daysBefore, now),
		statuses: { 200: 200 },
		modules: {
			...(daysBefore > 5 && { usage: { read: 600 + daysBefore, write: 0 } }),
			...(daysBefore === 3 && { billing: { read: 12, write: 3 }, 'MD-0001': { read: 0, write: 1 } }),
		},
	}));
	return { days, lastUsed: `${daysAgo(3, now)}T12:00:00.000Z` };
}
