import type { Duplex } from 'node:stream';

/** Forwards data between two connections in both directions. When one closes, so does the other. */
export function pipeSockets(first: Duplex, second: Duplex): void {
	for (const [from, to] of [
		[first, second],
		[second, first],
	] as const) {
		// An error is followed by `close`, which closes the other side, too.
		from.on('error', () => undefined);
		from.once('close', () => to.end(() => to.destroy()));
		from.pipe(to);
	}
}
