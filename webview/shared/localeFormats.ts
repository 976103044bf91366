import { getLanguage } from '../../src/models/localization';
export { formatNumber } from '../../src/models/localization';
import { formatRelativeTime } from '../../src/models/relativeTime';

/** An instant (ISO 8601) in the user's language and time zone. */
export function formatDate(iso: string, style: 'medium' | 'full' = 'medium'): string {
	return new Intl.DateTimeFormat(getLanguage(), { dateStyle: style, timeStyle: 'short' }).format(new Date(iso));
}

/** An instant (ISO 8601) relative to `now`. */
export function formatRelative(iso: string, now: Date): string {
	return formatRelativeTime(getLanguage(), Date.parse(iso) - now.getTime());
}

/** A past instant (ISO 8601) relative to `now`. If the clock has been set back, it isn't shown as a future instant. */
export function formatPast(iso: string, now: Date): string {
	return formatRelativeTime(getLanguage(), Math.min(Date.parse(iso) - now.getTime(), 0));
}

const DAY_FORMAT_OPTIONS = {
	short: { day: 'numeric', month: 'short' },
	long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const HOUR_FORMAT_OPTIONS = {
	short: { timeStyle: 'short' },
	long: { dateStyle: 'full', timeStyle: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** A UTC day (`yyyy-mm-dd`), which is the same day in every time zone, or the start of an hour (ISO 8601) in the user's time zone. */
export function formatInterval(start: string, style: keyof typeof DAY_FORMAT_OPTIONS): string {
	const options = start.includes('T') ? HOUR_FORMAT_OPTIONS[style] : { ...DAY_FORMAT_OPTIONS[style], timeZone: 'UTC' };
	return new Intl.DateTimeFormat(getLanguage(), options).format(new Date(start));
}

/** A number in few characters, such as "12K". */
export function formatCompact(value: number): string {
	return new Intl.NumberFormat(getLanguage(), { notation: 'compact' }).format(value);
}
