import type { Token } from '../domain/token';
import { contextKeys } from './manifestIds';

/**
 * Returns the context keys that complete steps of the walkthrough, as far as the tokens tell. They say what has been done, not which command
 * ran, so a command that failed or was canceled completes nothing.
 */
export function walkthroughContext(tokens: readonly Pick<Token, 'renewedExpirationDate'>[]): Readonly<Record<string, boolean>> {
	return {
		[contextKeys.hasTokens]: tokens.length > 0,
		[contextKeys.hasRenewedToken]: tokens.some(({ renewedExpirationDate }) => renewedExpirationDate !== null),
	};
}
