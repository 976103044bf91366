/**
 * Repeats `check` until it doesn't throw, and returns its result. Rejects with the last error after `timeoutMs`.
 * @param intervalMs time between two checks; shorten it for one that costs nothing
 */
export async function eventually<T>(check: () => T | Promise<T>, timeoutMs = 30_000, intervalMs = 50): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		try {
			return await check();
		} catch (error) {
			if (Date.now() > deadline) {
				throw error;
			}
			await new Promise((resolve) => setTimeout(resolve, intervalMs));
		}
	}
}
