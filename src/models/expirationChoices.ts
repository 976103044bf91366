import { EXPIRATION_PRESETS, resolveExpirationDate, type ExpirationChoice } from '../domain/expiration';
import { getLanguage } from './localization';

/** The preset that's selected until the user chooses an expiration. */
export const DEFAULT_EXPIRATION_PRESET = 'days30';

const MINUTE_MS = 60_000;

/** The lifetime that a preset represents, such as "30 days", in the user's language. */
export function presetLabel(preset: string): string {
	const [, unit, count] = /^(day|year)s?(\d+)$/.exec(preset) ?? [];
	return unit ? new Intl.NumberFormat(getLanguage(), { style: 'unit', unit, unitDisplay: 'long' }).format(Number(count)) : preset;
}

/**
 * The expiration date that a choice results in if it's made at `now`, by the same rule that applies when the token is saved.
 * @returns ISO 8601; null for no expiration; undefined for an incomplete date or an unknown preset
 */
export function previewExpirationDate(choice: ExpirationChoice, now: Date): string | null | undefined {
	if (choice.kind === 'preset' && !EXPIRATION_PRESETS.includes(choice.preset)) {
		return undefined;
	}
	const date = resolveExpirationDate(choice, now);
	return date === '' ? undefined : date;
}

/**
 * The custom date that's proposed in place of another choice.
 * @param end the date that the other choice results in (ISO 8601); null for no expiration; undefined for an unknown one
 * @returns that date or, if there's none in the future, the default preset's, without seconds, which can't be entered; ISO 8601 UTC
 */
export function proposeCustomDate(end: string | null | undefined, now: Date): string {
	const isFuture = typeof end === 'string' && Date.parse(end) > now.getTime() + MINUTE_MS;
	const date = new Date(isFuture ? end : resolveExpirationDate({ kind: 'preset', preset: DEFAULT_EXPIRATION_PRESET }, now)!);
	date.setUTCSeconds(0, 0);
	return date.toISOString();
}
