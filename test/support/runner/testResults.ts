import { readFileSync, writeFileSync } from 'node:fs';

/** What a suite reports of itself. */
export interface TestResults {
	readonly passed: number;
	/** Full names of the tests that failed. */
	readonly failed: readonly string[];
	/** Full names of the tests that were skipped. */
	readonly skipped: readonly string[];
}

export const noResults: TestResults = { passed: 0, failed: [], skipped: [] };

/** Names the file that a suite's process writes its results to. */
export const RESULTS_VARIABLE = 'TEST_RESULTS';

/** Writes results where `TEST_RESULTS` says; does nothing when it is not set, as in a run by hand. */
export function writeResults(results: TestResults): void {
	const file = process.env[RESULTS_VARIABLE];
	if (file) {
		writeFileSync(file, JSON.stringify(results));
	}
}

/** The results in a file; undefined when the suite has not come to write them. */
export function readResults(file: string): TestResults | undefined {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as TestResults;
	} catch {
		return undefined;
	}
}

/** The results of several suites together. */
export function sumResults(all: readonly TestResults[]): TestResults {
	return {
		passed: all.reduce((total, { passed }) => total + passed, 0),
		failed: all.flatMap(({ failed }) => failed),
		skipped: all.flatMap(({ skipped }) => skipped),
	};
}

/** The last line of a run: `412 passed, 0 failed, 3 skipped`. */
export function totalsLine({ passed, failed, skipped }: TestResults): string {
	return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
}
