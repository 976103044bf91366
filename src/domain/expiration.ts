import { fieldProblem } from './problems';

/** The presets of the Expiration step, in days; null is a calendar year. */
const PRESET_DAYS = {
	days7: 7,
	days30: 30,
	days60: 60,
	days90: 90,
	days180: 180,
	year1: null,
} as const;

type ExpirationPreset = keyof typeof PRESET_DAYS;

/** IDs of the presets, shortest first. */
export const EXPIRATION_PRESETS: readonly string[] = Object.keys(PRESET_DAYS);

/** What the user chose: a preset lifetime, a custom date and time, or no expiration. */
export type ExpirationChoice =
	| { readonly kind: 'preset'; readonly preset: string }
	| { readonly kind: 'custom'; readonly date: string /* ISO 8601 with a time zone */ }
	| { readonly kind: 'never' };

/**
 * Returns the expiration date of a token that's created at `now`.
 * @throws ProblemError when the preset doesn't exist
 */
export function resolveExpirationDate(choice: ExpirationChoice, now: Date): string | null {
	switch (choice.kind) {
		case 'never':
			return null;
		case 'custom':
			return choice.date;
		case 'preset':
			return getPresetDate(parsePreset(choice.preset), now).toISOString();
	}
}

function parsePreset(id: string): ExpirationPreset {
	if (!Object.hasOwn(PRESET_DAYS, id)) {
		throw fieldProblem('expirationDate', 'Preset "{0}" doesn\'t exist. Use one of {1}.', id, EXPIRATION_PRESETS.join(', '));
	}
	return id as ExpirationPreset;
}

function getPresetDate(preset: ExpirationPreset, now: Date): Date {
	const date = new Date(now);
	const days = PRESET_DAYS[preset];
	if (days === null) {
		const day = date.getUTCDate();
		date.setUTCFullYear(date.getUTCFullYear() + 1);
		// February 29 doesn't exist in the next year, so the last day of February is used.
		if (date.getUTCDate() !== day) {
			date.setUTCDate(0);
		}
	} else {
		date.setUTCDate(date.getUTCDate() + days);
	}
	return date;
}

const MIN_EXPIRATION = new Date('0000-01-01T00:00:00.000Z');
/** The latest possible expiration date. */
export const MAX_EXPIRATION = new Date('9999-12-31T23:59:59.999Z');

const ISO_DATE_TIME_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** What `toISOString` returns, on a day that every month has. */
const COMMON_DATE_TIME_PATTERN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Whether the text is an ISO 8601 date and time with a time zone. Fast, because each stored token has several. */
export function isInstant(text: string): boolean {
	return COMMON_DATE_TIME_PATTERN.test(text) || parseInstant(text) !== undefined;
}

/** Parses an ISO 8601 date and time with a time zone. Returns undefined if it isn't valid. */
export function parseInstant(text: string): Date | undefined {
	const time = ISO_DATE_TIME_PATTERN.test(text) ? Date.parse(text) : NaN;
	// Dates outside this range have a different format in UTC, which isn't supported.
	const isInRange = time >= MIN_EXPIRATION.getTime() && time <= MAX_EXPIRATION.getTime();
	return isInRange && isExistingDay(text) ? new Date(time) : undefined;
}

/** `Date.parse` alone would accept February 30 as March 2. */
function isExistingDay(text: string): boolean {
	const day = Number(text.slice(8, 10));
	// Every month has 28 days.
	return day <= 28 || day <= new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
}
