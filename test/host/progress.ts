const FIRST = 2_000;
const NEXT = 10_000;

/** Awaits `work`, saying that it goes on once it takes longer than two seconds, then every ten, and at last how long it took. */
export async function withProgress<T>(label: string, work: Promise<T>): Promise<T> {
	const started = Date.now();
	const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
	let timer = setTimeout(function tell() {
		console.log(`${label} … ${seconds()}`);
		timer = setTimeout(tell, NEXT);
	}, FIRST);
	try {
		const result = await work;
		if (Date.now() - started > FIRST) {
			console.log(`${label}: done in ${seconds()}`);
		}
		return result;
	} finally {
		clearTimeout(timer);
	}
}
