import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { relativeTime } from '../../src/protocol/relativeTime';

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
		relative: (iso, now) => relativeTime(locale, Date.parse(iso) - now.getTime()),
	};
}
