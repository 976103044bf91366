import { ENDED_LEASE_RETENTION_MS } from './lease';
import type { Token } from './token';

/** Returns when a lease is deleted, in milliseconds since the epoch: a day after the last of its keys expires. `Infinity` for other tokens. */
export function getLeaseDeletion({
	lease,
	expirationDate,
	renewedExpirationDate,
}: Pick<Token, 'lease' | 'expirationDate' | 'renewedExpirationDate'>): number {
	const end = renewedExpirationDate ?? expirationDate;
	return lease && end !== null ? Date.parse(end) + ENDED_LEASE_RETENTION_MS : Infinity;
}

/** Whether a lease hasn't ended. */
export function isRunningLease({ lease, status }: Pick<Token, 'lease' | 'status'>): boolean {
	return lease !== undefined && status !== 'expired';
}
