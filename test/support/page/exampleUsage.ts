import { toUtcDate, type StatusCounts, type TokenUsage } from '../../../src/domain/tokenUsage';

/** Where the gateway of the examples listens. */
export const GATEWAY_URL = 'http://127.0.0.1:7357/public/v1';

/** `yyyy-mm-dd` of the day so many days ago, UTC. */
export function daysAgo(days: number): string {
	return toUtcDate(new Date(Date.now() - days * 86_400_000));
}

/** What was counted, by how many days ago; the last use is now. */
export function usageByDaysAgo(days: Readonly<Record<number, StatusCounts>>): TokenUsage {
	return {
		days: Object.entries(days)
			.map(([daysBefore, statuses]) => ({ date: daysAgo(Number(daysBefore)), statuses }))
			.reverse(),
		lastUsed: new Date().toISOString(),
	};
}

/** A month of work, with weekends, failures and a WebSocket. */
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
