import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { relativeTime } from '../../src/protocol/relativeTime';

/** BCP 47 tag for dates and numbers. */
export const Locale = createContext('en');

/** Writes instants (ISO 8601) in the user's language and time zone. */
export function useDates(): {
	date: (iso: string, style?: 'medium' | 'full') => string;
	relative: (iso: string, now: Date) => string;
	/** Of what has happened: a clock that was set back must not put it into the future. */
	ago: (iso: string, now: Date) => string;
} {
	const locale = useContext(Locale);
	return {
		date: (iso, style = 'medium') => new Intl.DateTimeFormat(locale, { dateStyle: style, timeStyle: 'short' }).format(new Date(iso)),
		relative: (iso, now) => relativeTime(locale, Date.parse(iso) - now.getTime()),
		ago: (iso, now) => relativeTime(locale, Math.min(Date.parse(iso) - now.getTime(), 0)),
	};
}

const DAY_STYLES = {
	short: { day: 'numeric', month: 'short' },
	long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Writes days (`yyyy-mm-dd`, UTC) in the user's language; the time zone does not make them others. */
export function useDays(): { day: (date: string, style: keyof typeof DAY_STYLES) => string } {
	const locale = useContext(Locale);
	return { day: (date, style) => new Intl.DateTimeFormat(locale, { ...DAY_STYLES[style], timeZone: 'UTC' }).format(new Date(date)) };
}

/** Writes numbers in the user's language, in full or in few characters. */
export function useNumbers(): { full: (value: number) => string; compact: (value: number) => string } {
	const locale = useContext(Locale);
	return {
		full: (value) => new Intl.NumberFormat(locale).format(value),
		compact: (value) => new Intl.NumberFormat(locale, { notation: 'compact' }).format(value),
	};
}
