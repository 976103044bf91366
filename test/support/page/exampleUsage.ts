import { toUtcDate, type StatusCounts, type TokenUsage } from '../../../src/domain/tokenUsage';

/** Base URL of the gateway in the examples. */
export const GATEWAY_URL = 'http://127.0.0.1:7357/public/v1';

/** The UTC day that many days ago, as `yyyy-mm-dd`. */
export function daysAgo(days: number): string {
	return toUtcDate(new Date(Date.now() - days * 86_400_000));
}

/** Usage from the status counts by number of days ago. The token was last used now. */
export function usageByDaysAgo(days: Readonly<Record<number, StatusCounts>>): TokenUsage {
	return {
		days: Object.entries(days)
			.map(([daysBefore, statuses]) => ({ date: daysAgo(Number(daysBefore)), statuses }))
			.reverse(),
		lastUsed: new Date().toISOString(),
	};
}

/** A month of usage with weekends, failures, and WebSockets. */
export function busyMonthUsage(): TokenUsage {
	const days = Array.from({ length: 30 }, (_, daysBefore): [number, StatusCounts] => {
		const count = new Date(daysAgo(daysBefore)).getUTCDay() % 6 === 0 ? 20 : 220 + ((daysBefore * 37) % 90);
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
	return usageByDaysAgo(Object.fromEntries(days));
}
