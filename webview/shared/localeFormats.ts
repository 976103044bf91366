import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { formatRelativeTime } from '../../src/models/relativeTime';

/** BCP 47 tag for dates and numbers. */
export const LocaleContext = createContext('en');

/** Writes instants (ISO 8601) in the user's language and time zone. */
export function useDateFormats(): {
	formatDate: (iso: string, style?: 'medium' | 'full') => string;
	formatRelative: (iso: string, now: Date) => string;
	/** Of what has happened: a clock that was set back must not put it into the future. */
	formatPast: (iso: string, now: Date) => string;
} {
	const locale = useContext(LocaleContext);
	return {
		formatDate: (iso, style = 'medium') => new Intl.DateTimeFormat(locale, { dateStyle: style, timeStyle: 'short' }).format(new Date(iso)),
		formatRelative: (iso, now) => formatRelativeTime(locale, Date.parse(iso) - now.getTime()),
		formatPast: (iso, now) => formatRelativeTime(locale, Math.min(Date.parse(iso) - now.getTime(), 0)),
	};
}

const DAY_FORMAT_OPTIONS = {
	short: { day: 'numeric', month: 'short' },
	long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Writes days (`yyyy-mm-dd`, UTC) in the user's language; the time zone does not make them others. */
export function useDayFormat(): { formatDay: (date: string, style: keyof typeof DAY_FORMAT_OPTIONS) => string } {
	const locale = useContext(LocaleContext);
	return {
		formatDay: (date, style) => new Intl.DateTimeFormat(locale, { ...DAY_FORMAT_OPTIONS[style], timeZone: 'UTC' }).format(new Date(date)),
	};
}

/** Writes numbers in the user's language, in full or in few characters. */
export function useNumberFormats(): { formatNumber: (value: number) => string; formatCompact: (value: number) => string } {
	const locale = useContext(LocaleContext);
	return {
		formatNumber: (value) => new Intl.NumberFormat(locale).format(value),
		formatCompact: (value) => new Intl.NumberFormat(locale, { notation: 'compact' }).format(value),
	};
}
