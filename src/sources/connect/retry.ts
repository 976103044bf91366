import { setTimeout } from 'node:timers/promises';
import type { ConnectError } from './connectErrors';

/** Longest wait that a response can ask for. If it asks for more, the request fails, and the error says when to try again. */
const MAX_RETRY_WAIT_MS = 60_000;

/**
 * Returns the wait that the `Retry-After` header asks for, in milliseconds; undefined if the header is missing or invalid.
 * @param now milliseconds since the epoch
 */
export function parseRetryAfter(headers: Headers, now: number): number | undefined {
	const text = headers.get('retry-after') ?? '';
	const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
	return Number.isNaN(waitMs) ? undefined : Math.max(waitMs, 0);
}

/**
 * Waits for the time that the response requested or, by default, for one to two times `delayMs`.
 * @throws ConnectError `error` itself if the wait is too long, or when `signal` aborts
 */
export async function waitBeforeRetry(error: ConnectError, delayMs: number, signal: AbortSignal): Promise<void> {
	// Requests that failed at the same time must not be retried at the same time.
	const waitMs = error.retryAfterMs ?? delayMs * (1 + Math.random());
	if (waitMs > MAX_RETRY_WAIT_MS) {
		throw error;
	}
	await setTimeout(waitMs, undefined, { signal }).catch(() => {
		throw error;
	});
}
