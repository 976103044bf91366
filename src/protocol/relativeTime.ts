const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const UNITS = [
	['year', YEAR],
	['day', DAY],
	['hour', HOUR],
] as const;

/**
 * "in 30 days", "3 hours ago": the largest unit of which there is about one. Host and pages say it in the same words.
 * @param locale BCP 47 tag
 * @param milliseconds from now; negative for the past
 */
export function relativeTime(locale: string, milliseconds: number): string {
	const minutes = Math.round(Math.abs(milliseconds) / MINUTE) * MINUTE;
	const [unit, size] = UNITS.find(([, length]) => minutes >= length) ?? (['minute', MINUTE] as const);
	const digits = unit === 'year' ? 10 : 1;
	return new Intl.RelativeTimeFormat(locale).format(Math.round((milliseconds / size) * digits) / digits, unit);
}
