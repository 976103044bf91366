import { setTimeout } from 'node:timers/promises';
import type { ConnectError } from './errors';

/** The longest that the platform can make us wait, in milliseconds; where it asks for more, the user is told. */
const LONGEST_WAIT = 60_000;

/**
 * How long an answer asks to wait, in milliseconds; undefined when it does not.
 * @param now milliseconds since the epoch
 */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
	const text = headers.get('retry-after') ?? '';
	const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
	return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}

/**
 * Waits as long as the platform has asked for, and otherwise about `delay` milliseconds.
 * Rejects with the error itself when that is too long, and when `signal` aborts.
 */
export async function waitForNextTry(error: ConnectError, delay: number, signal: AbortSignal): Promise<void> {
	// Those who failed together must not come back together.
	const wait = error.retryAfter ?? delay * (1 + Math.random());
	if (wait > LONGEST_WAIT) {
		throw error;
	}
	await setTimeout(wait, undefined, { signal }).catch(() => {
		throw error;
	});
}
