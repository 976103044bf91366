import { EXPIRATION_PRESETS, resolveExpirationDate, type ExpirationChoice } from '../domain/expiration';
import { getLanguage } from './localization';

/** The preset that's selected until the user chooses an expiration. */
export const DEFAULT_EXPIRATION_PRESET = 'days30';

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
