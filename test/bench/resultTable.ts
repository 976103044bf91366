/** The middle of the numbers; of two in the middle, the upper. */
export function median(numbers: readonly number[]): number {
	return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

/** Median of `runs` timings of `action`, in milliseconds, after one that does not count. */
export async function medianTime(runs: number, action: () => Promise<unknown>): Promise<number> {
	await action();
	const times: number[] = [];
	for (let run = 0; run < runs; run++) {
		const start = performance.now();
		await action();
		times.push(performance.now() - start);
	}
	return median(times);
}

export interface Row {
	readonly label: string;
	readonly figure: string;
	/** The aim, where there is one. */
	readonly target?: string;
}

export function milliseconds(time: number): string {
	return `${time < 10 ? time.toFixed(2) : time.toFixed(0)} ms`;
}

export function printTable(title: string, rows: readonly Row[]): void {
	const width = Math.max(...rows.map(({ label: what }) => what.length));
	const figures = Math.max(...rows.map(({ figure }) => figure.length));
	console.log(`\n${title}`);
	for (const { label: what, figure, target: aim } of rows) {
		console.log(`  ${what.padEnd(width)}  ${figure.padStart(figures)}${aim ? `   aim: ${aim}` : ''}`);
	}
}
