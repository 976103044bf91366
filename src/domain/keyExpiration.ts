import { validateKeyOptions } from './draftValidation';
import type { NewKeyOptions } from './ports';
import type { KeyRecord } from './token';
import { getSameLifetimeExpiration } from './tokenLifecycle';

/**
 * Returns when a key that replaces `key` at `now` expires, ISO 8601 UTC; null if it doesn't.
 * @throws ProblemError when the date isn't valid
 */
export function getNextExpirationDate(key: KeyRecord, options: NewKeyOptions, now: Date): string | null {
	const { expirationDate } = validateKeyOptions(options, now);
	// The same lifetime is validated, too, because a manually edited store can contain dates that don't result in a valid one.
	return expirationDate === undefined
		? (validateKeyOptions({ expirationDate: getSameLifetimeExpiration(key, now) }, now).expirationDate ?? null)
		: expirationDate;
}
