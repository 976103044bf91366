import { dayOf, type StatusCounts, type TokenStatistics } from '../../../src/domain/statistics';

/** Where the gateway of the examples listens. */
export const GATEWAY_URL = 'http://127.0.0.1:7357/public/v1';

/** `yyyy-mm-dd` of the day so many days ago, UTC. */
export function daysAgo(days: number): string {
	return dayOf(new Date(Date.now() - days * 86_400_000));
}

/** What was counted, by how many days ago; the last use is now. */
export function usedOn(days: Readonly<Record<number, StatusCounts>>): TokenStatistics {
	return {
		days: Object.entries(days)
			.map(([ago, statuses]) => ({ date: daysAgo(Number(ago)), statuses }))
			.reverse(),
		lastUsed: new Date().toISOString(),
	};
}

/** A month of work, with weekends, failures and a WebSocket. */
export function busyMonth(): TokenStatistics {
	const days = Array.from({ length: 30 }, (_, ago): [number, StatusCounts] => {
		const much = new Date(daysAgo(ago)).getUTCDay() % 6 === 0 ? 20 : 220 + ((ago * 37) % 90);
		return [
			ago,
			{
				200: much,
				201: Math.round(much / 5),
				...(ago % 4 === 0 && { 101: 3 }),
				...(ago % 3 === 0 && { 304: Math.round(much / 6) }),
				404: 4 + ((ago * 7) % 30),
				...(ago % 8 === 5 && { 502: 45 }),
			},
		];
	});
	return usedOn(Object.fromEntries(days));
}
