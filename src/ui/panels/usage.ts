import { classTotals, fillDays, statusClass, type KnownUse } from '../../domain/statistics';
import type { Usage } from '../../protocol/details';

/** What the details page shows of a token's statistics at the instant `now`. */
export function shownUsage({ days, lastUsed }: KnownUse, now: Date): Pick<Usage, 'lastUsed' | 'days' | 'totals'> {
	const shown = fillDays(days, now);
	return {
		...(lastUsed !== undefined && { lastUsed }),
		days: shown.map((day) => ({
			date: day.date,
			classes: classTotals([day]),
			codes: Object.entries(day.statuses)
				.map(([code, count]) => ({ code, class: statusClass(code), count }))
				.sort((a, b) => (a.code < b.code ? -1 : 1)),
		})),
		totals: classTotals(shown),
	};
}
