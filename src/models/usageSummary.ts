import { sumByStatusClass, fillMissingDays, getStatusClass, type ReportedUsage } from '../domain/tokenUsage';
import type { UsageSnapshot } from '../protocol/detailsMessages';

/** Summarizes a token's usage in the last 30 days up to `now` for the details page. */
export function summarizeUsage({ days, lastUsed }: ReportedUsage, now: Date): Pick<UsageSnapshot, 'lastUsed' | 'days' | 'totals'> {
	const filledDays = fillMissingDays(days, now);
	return {
		...(lastUsed !== undefined && { lastUsed }),
		days: filledDays.map((day) => ({
			date: day.date,
			classes: sumByStatusClass([day]),
			codes: Object.entries(day.statuses)
				.map(([code, count]) => ({ code, class: getStatusClass(code), count }))
				.sort((a, b) => (a.code < b.code ? -1 : 1)),
		})),
		totals: sumByStatusClass(filledDays),
	};
}
