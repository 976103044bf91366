import { setTimeout } from 'node:timers/promises';
import type { ConnectError } from './connectErrors';

/** The longest that the platform can make us wait, in milliseconds; where it asks for more, the user is told. */
const MAX_RETRY_WAIT_MS = 60_000;

/**
 * How long an answer asks to wait, in milliseconds; undefined when it does not.
 * @param now milliseconds since the epoch
 */
export function parseRetryAfter(headers: Headers, now: number): number | undefined {
	const text = headers.get('retry-after') ?? '';
	const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
	return Number.isNaN(waitMs) ? undefined : Math.max(waitMs, 0);
}

/**
 * Waits as long as the platform has asked for, and otherwise about `delay` milliseconds.
 * Rejects with the error itself when that is too long, and when `signal` aborts.
 */
export async function waitBeforeRetry(error: ConnectError, delayMs: number, signal: AbortSignal): Promise<void> {
	// Those who failed together must not come back together.
	const waitMs = error.retryAfterMs ?? delayMs * (1 + Math.random());
	if (waitMs > MAX_RETRY_WAIT_MS) {
		throw error;
	}
	await setTimeout(waitMs, undefined, { signal }).catch(() => {
		throw error;
	});
}
