const FIRST_REPORT_MS = 2_000;
const REPORT_INTERVAL_MS = 10_000;

/**
 * Reports the elapsed time of a task that takes longer than two seconds, and again every ten seconds, until the returned function is
 * called. That function returns the total elapsed time as text, or undefined if nothing was reported.
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

/** Awaits `task` and reports its progress and how long it took, unless it takes less than two seconds. */
export async function withProgress<T>(label: string, task: Promise<T>, print: (text: string) => void = console.log): Promise<T> {
	const stopProgress = startProgress(label, print);
	try {
		const result = await task;
		const elapsed = stopProgress();
		if (elapsed !== undefined) {
			print(`${label}: done in ${elapsed}`);
		}
		return result;
	} finally {
		stopProgress();
	}
}
