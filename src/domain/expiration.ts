import { fieldProblem } from './problems';

/** The presets of the Expiration step, in days; `null` days is a calendar year. */
const PRESET_DAYS = {
	days7: 7,
	days30: 30,
	days60: 60,
	days90: 90,
	days180: 180,
	year1: null,
} as const;

type ExpirationPreset = keyof typeof PRESET_DAYS;

/** Ids of the presets, shortest first. */
export const EXPIRATION_PRESETS: readonly string[] = Object.keys(PRESET_DAYS);

/** What a person chooses: a span from now, a date and time of their own, or no expiration. */
export type ExpirationChoice =
	| { readonly kind: 'preset'; readonly preset: string }
	| { readonly kind: 'custom'; readonly date: string /* ISO 8601 with a time zone */ }
	| { readonly kind: 'never' };

/**
 * The expiration date that `choice` means at the instant `now`, as a draft takes it.
 * @throws ProblemError for a preset that does not exist
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
		// 29 February has no next year's counterpart: the last day of the month stands in, as calendars do.
		if (date.getUTCDate() !== day) {
			date.setUTCDate(0);
		}
	} else {
		date.setUTCDate(date.getUTCDate() + days);
	}
	return date;
}

const MIN_EXPIRATION = new Date('0000-01-01T00:00:00.000Z');
/** The last instant that an expiration can be. */
export const MAX_EXPIRATION = new Date('9999-12-31T23:59:59.999Z');

const ISO_DATE_TIME_PATTERN = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * The instant that an ISO 8601 date and time with a time zone names; undefined where it names none.
 * `Date.parse` alone would turn 30 February into 2 March.
 */
export function parseInstant(text: string): Date | undefined {
	const [, year, month, day] = ISO_DATE_TIME_PATTERN.exec(text) ?? [];
	const instant = new Date(text);
	if (year === undefined || Number.isNaN(instant.getTime())) {
		return undefined;
	}
	const daysInMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
	// Beyond these years UTC is written in another form, which nothing here reads.
	const isInRange = instant >= MIN_EXPIRATION && instant <= MAX_EXPIRATION;
	return Number(day) <= daysInMonth && isInRange ? instant : undefined;
}
