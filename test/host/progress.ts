const FIRST_REPORT_MS = 2_000;
const REPORT_INTERVAL_MS = 10_000;

/**
 * Says that something goes on once it takes longer than two seconds, and then every ten, until the function returned is called.
 * That one returns the text of the time taken, or undefined when there was nothing to say.
 */
export function startProgress(label: string, print: (text: string) => void = console.log): () => string | undefined {
	const started = Date.now();
	const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
	let timer = setTimeout(function report() {
		print(`${label} … ${elapsed()}`);
		timer = setTimeout(report, REPORT_INTERVAL_MS);
	}, FIRST_REPORT_MS);
	return () => {
		clearTimeout(timer);
		return Date.now() - started > FIRST_REPORT_MS ? elapsed() : undefined;
	};
}

/** Awaits `work`, saying meanwhile that it goes on, and at last how long it took. */
export async function withProgress<T>(label: string, work: Promise<T>): Promise<T> {
	const stopProgress = startProgress(label);
	try {
		const result = await work;
		const elapsed = stopProgress();
		if (elapsed !== undefined) {
			console.log(`${label}: done in ${elapsed}`);
		}
		return result;
	} finally {
		stopProgress();
	}
}
