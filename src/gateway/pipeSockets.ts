import type { Duplex } from 'node:stream';

/** Joins two connections: what comes from one goes to the other, and both end together. */
export function pipeSockets(one: Duplex, other: Duplex): void {
	for (const [from, to] of [
		[one, other],
		[other, one],
	] as const) {
		// An error closes the connection, which is all that the other side can learn of it.
		from.on('error', () => undefined);
		from.once('close', () => to.end(() => to.destroy()));
		from.pipe(to);
	}
}
