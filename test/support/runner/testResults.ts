import { readFileSync, writeFileSync } from 'node:fs';

/** Results of a suite. */
export interface TestResults {
	readonly passed: number;
	/** Full titles of the failed tests. */
	readonly failed: readonly string[];
	/** Full titles of the skipped tests. */
	readonly skipped: readonly string[];
	/** Full titles of the tests that passed only on retry. They also count as passed. */
	readonly flaky: readonly string[];
}

export const noResults: TestResults = { passed: 0, failed: [], skipped: [], flaky: [] };

/** Environment variable with the path of the file that a suite's process writes its results to. */
export const RESULTS_VARIABLE = 'TEST_RESULTS';

/** Writes results to the file in `TEST_RESULTS`, if it's set. */
export function writeResults(results: TestResults): void {
	const file = process.env[RESULTS_VARIABLE];
	if (file) {
		writeFileSync(file, JSON.stringify(results));
	}
}

/** Reads the results from a file; undefined if the suite exited before it wrote them. */
export function readResults(file: string): TestResults | undefined {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as TestResults;
	} catch {
		return undefined;
	}
}

/** Combines the results of several suites. */
export function sumResults(all: readonly TestResults[]): TestResults {
	return {
		passed: all.reduce((total, { passed }) => total + passed, 0),
		failed: all.flatMap(({ failed }) => failed),
		skipped: all.flatMap(({ skipped }) => skipped),
		flaky: all.flatMap(({ flaky }) => flaky),
	};
}

/** Formats the last line of a run: `412 passed, 0 failed, 3 skipped`. */
export function totalsLine({ passed, failed, skipped }: TestResults): string {
	return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
}
