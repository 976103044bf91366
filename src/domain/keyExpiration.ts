import { validateKeyOptions } from './draftValidation';
import { isLeaseExpiration, LEASE_EXPIRATION_MESSAGE, MAX_LEASE_HOURS } from './lease';
import type { NewKeyOptions } from './ports';
import { fieldProblem } from './problems';
import type { TokenRecord } from './token';
import { getSameLifetimeExpiration } from './tokenLifecycle';

/**
 * Returns when a key that replaces the current one of a token at `now` expires, ISO 8601 UTC; null if it doesn't.
 * @throws ProblemError when the date isn't valid, or too late for a lease
 */
export function getNextExpirationDate(
	{ key, lease }: Pick<TokenRecord, 'key' | 'lease'>,
	options: NewKeyOptions,
	now: Date,
): string | null {
	const given = validateKeyOptions(options, now);
	// The same lifetime is validated, too, because a manually edited store can contain dates that don't result in a valid one.
	const { expirationDate = null } =
		given.expirationDate === undefined ? validateKeyOptions({ expirationDate: getSameLifetimeExpiration(key, now) }, now) : given;
	if (lease && !isLeaseExpiration(expirationDate, now)) {
		throw fieldProblem('expirationDate', LEASE_EXPIRATION_MESSAGE, MAX_LEASE_HOURS);
	}
	return expirationDate;
}
