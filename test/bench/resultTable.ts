/** Returns the median; for an even count, the upper of the two middle numbers. */
export function median(numbers: readonly number[]): number {
	return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

/** Returns the median duration of `action` in milliseconds, after a first run that isn't counted. */
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

/** A line of a result table. */
export interface Row {
	readonly label: string;
	readonly figure: string;
	/** The goal for the figure, if there is one. */
	readonly target?: string;
}

/** Formats a duration. */
export function milliseconds(time: number): string {
	return `${time < 10 ? time.toFixed(2) : time.toFixed(0)} ms`;
}

/** Prints rows in aligned columns. */
export function printTable(title: string, rows: readonly Row[]): void {
	const labelWidth = Math.max(...rows.map(({ label }) => label.length));
	const figureWidth = Math.max(...rows.map(({ figure }) => figure.length));
	console.log(`\n${title}`);
	for (const { label, figure, target } of rows) {
		console.log(`  ${label.padEnd(labelWidth)}  ${figure.padStart(figureWidth)}${target ? `   target: ${target}` : ''}`);
	}
}
