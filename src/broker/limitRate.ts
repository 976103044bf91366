import type { Readable } from 'node:stream';

/** How many bytes or characters are read before a pause. */
const PAUSE_AFTER = 100_000;
/** How long a pause is, in milliseconds: 2 MB per second are more than anyone reads. */
const PAUSE_MS = 50;

/**
 * Limits how fast a flowing stream is read, so that a program that prints without end waits. VS Code has no flow control for terminals of
 * extensions: it would keep all output in memory that it can't show yet.
 */
export function limitRate(stream: Readable): void {
	let length = 0;
	stream.on('data', (chunk: Uint8Array | string) => {
		length += chunk.length;
		if (length >= PAUSE_AFTER) {
			length = 0;
			stream.pause();
			setTimeout(() => stream.resume(), PAUSE_MS);
		}
	});
}
