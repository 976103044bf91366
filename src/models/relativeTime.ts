const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

const LARGER_UNITS = [
	{ unit: 'year', size: YEAR_MS, step: YEAR_MS / 10 },
	{ unit: 'day', size: DAY_MS, step: DAY_MS },
	{ unit: 'hour', size: HOUR_MS, step: HOUR_MS },
] as const;
const SMALLEST_UNIT = { unit: 'minute', size: MINUTE_MS, step: MINUTE_MS } as const;

/**
 * Formats a time relative to now in its largest unit, such as "in 30 days", "3 hours ago", or "this minute".
 * @param locale BCP 47 tag
 * @param milliseconds time from now; negative for the past
 */
export function formatRelativeTime(locale: string, milliseconds: number): string {
	const { unit, size, step } = selectUnit(milliseconds);
	const value = Math.round(milliseconds / step) / (size / step);
	return getFormatter(locale, value === 0 ? 'auto' : 'always').format(value, unit);
}

/**
 * How long the text of an instant that's `milliseconds` from now stays correct: the number of milliseconds until
 * {@link formatRelativeTime} returns another text, or the instant passes.
 */
export function msUntilTextChanges(milliseconds: number): number {
	const { step } = selectUnit(milliseconds);
	// Halves are rounded up, so the text changes just after the half.
	const nextRoundingChange = Math.round(milliseconds / step) * step - step / 2 - 1;
	const smallerUnitChanges = LARGER_UNITS.map(({ size }) => size - MINUTE_MS / 2 - 1);
	const largerUnitChanges = LARGER_UNITS.map(({ size }) => MINUTE_MS / 2 - size);
	const changes = [nextRoundingChange, 0, ...smallerUnitChanges, ...largerUnitChanges].filter((change) => change < milliseconds);
	return milliseconds - Math.max(...changes);
}

function selectUnit(milliseconds: number): (typeof LARGER_UNITS)[number] | typeof SMALLEST_UNIT {
	const minutes = Math.round(Math.abs(milliseconds) / MINUTE_MS) * MINUTE_MS;
	return LARGER_UNITS.find(({ size }) => minutes >= size) ?? SMALLEST_UNIT;
}

type NumericOption = 'always' | 'auto';

/** Cached, because creating a formatter takes a hundred times as long as formatting. */
const formatters = new Map<string, Intl.RelativeTimeFormat>();

function getFormatter(locale: string, numeric: NumericOption): Intl.RelativeTimeFormat {
	const key = `${locale} ${numeric}`;
	const formatter = formatters.get(key) ?? new Intl.RelativeTimeFormat(locale, { numeric });
	formatters.set(key, formatter);
	return formatter;
}
