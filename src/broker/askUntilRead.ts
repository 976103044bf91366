/** Faster than anyone reads a question and decides on it, in milliseconds. */
export const MIN_READING_MS = 500;

/**
 * Asks a question, and again if it's allowed faster than anyone can read it. It can appear while the user types or answers another one: the first
 * button has the focus, so a key that was meant for something else would allow it.
 * @param ask shows the question
 * @param now current time, in milliseconds
 */
export async function askUntilRead<D extends string>(ask: () => Promise<D | 'deny'>, now: () => number): Promise<D | 'deny'> {
	for (;;) {
		const shownAt = now();
		const decision = await ask();
		if (decision === 'deny' || now() - shownAt >= MIN_READING_MS) {
			return decision;
		}
	}
}
