import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** BCP 47 tag for dates and numbers. */
export const Locale = createContext('en');

/** Writes instants (ISO 8601) in the user's language and time zone. */
export function useDates(): {
	date: (iso: string, style?: 'medium' | 'full') => string;
	relative: (iso: string, now: Date) => string;
} {
	const locale = useContext(Locale);
	return {
		date: (iso, style = 'medium') =>
			new Intl.DateTimeFormat(locale, { dateStyle: style, timeStyle: 'short' }).format(new Date(iso)),
		relative: (iso, now) => relative(locale, Date.parse(iso) - now.getTime()),
	};
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** "in 30 days", "3 hours ago": the largest unit of which there is about one. */
function relative(locale: string, milliseconds: number): string {
	const [unit, size] = (
		[
			['year', YEAR],
			['day', DAY],
			['hour', HOUR],
		] as const
	).find(([, length]) => Math.round(Math.abs(milliseconds) / MINUTE) * MINUTE >= length) ?? (['minute', MINUTE] as const);
	const digits = unit === 'year' ? 10 : 1;
	return new Intl.RelativeTimeFormat(locale).format(Math.round((milliseconds / size) * digits) / digits, unit);
}
