const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const UNITS = [
	{ unit: 'year', size: YEAR, step: YEAR / 10 },
	{ unit: 'day', size: DAY, step: DAY },
	{ unit: 'hour', size: HOUR, step: HOUR },
] as const;
const SMALLEST = { unit: 'minute', size: MINUTE, step: MINUTE } as const;

/**
 * "in 30 days", "3 hours ago", "this minute": the largest unit of which there is about one. Host and pages say it in the same words.
 * @param locale BCP 47 tag
 * @param milliseconds from now; negative for the past
 */
export function relativeTime(locale: string, milliseconds: number): string {
	const { unit, size, step } = unitOf(milliseconds);
	const value = Math.round(milliseconds / step) / (size / step);
	return formatFor(locale, value === 0 ? 'auto' : 'always').format(value, unit);
}

/**
 * In how many milliseconds `relativeTime` of an instant that now lies `milliseconds` ahead changes its words, or turns from future
 * to past, as time passes.
 */
export function untilOtherWords(milliseconds: number): number {
	const { step } = unitOf(milliseconds);
	// Rounding favours the later number at a half, so that the half itself still has the old words.
	const rounded = Math.round(milliseconds / step) * step - step / 2 - 1;
	const shorter = UNITS.map((one) => one.size - MINUTE / 2 - 1);
	const longer = UNITS.map((one) => MINUTE / 2 - one.size);
	const changes = [rounded, 0, ...shorter, ...longer].filter((one) => one < milliseconds);
	return milliseconds - Math.max(...changes);
}

function unitOf(milliseconds: number): (typeof UNITS)[number] | typeof SMALLEST {
	const minutes = Math.round(Math.abs(milliseconds) / MINUTE) * MINUTE;
	return UNITS.find(({ size }) => minutes >= size) ?? SMALLEST;
}

type Numeric = 'always' | 'auto';

/** Made once: a formatter costs a hundred times as much as the text. */
const formats = new Map<string, Intl.RelativeTimeFormat>();

function formatFor(locale: string, numeric: Numeric): Intl.RelativeTimeFormat {
	const key = `${locale} ${numeric}`;
	const format = formats.get(key) ?? new Intl.RelativeTimeFormat(locale, { numeric });
	formats.set(key, format);
	return format;
}
