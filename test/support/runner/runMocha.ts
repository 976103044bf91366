import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { withProgress } from '../../host/progress';
import { ProgressReporter } from './progressReporter';

/** Timeout of tests that don't set their own, in milliseconds: long enough that only a hanging test reaches it. */
const DEFAULT_TEST_TIMEOUT_MS = 120_000;

/** Finds the test files in a folder and its subfolders. */
export function findTestFiles(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.test.js'))
		.sort()
		.map((file) => join(folder, file));
}

export interface RunMochaOptions {
	/** Prints the report; `console.log` by default. */
	readonly print?: typeof console.log;
	/** Number of files that run in parallel, each in its own process. By default, all run one after another in this process. */
	readonly jobs?: number;
}

/** Runs all tests in a folder and its subfolders. Resolves with the number of failures. */
export function runMocha(folder: string, { print = console.log, jobs = 1 }: RunMochaOptions = {}): Promise<number> {
	// Stack traces then show source lines instead of lines of the bundle.
	process.setSourceMapsEnabled(true);
	if (jobs > 1) {
		process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --enable-source-maps`;
	}
	Mocha.reporters.Base.consoleLog = print;
	const mocha = new Mocha({
		ui: 'bdd',
		reporter: ProgressReporter,
		timeout: DEFAULT_TEST_TIMEOUT_MS,
		forbidOnly: Boolean(process.env.CI),
		parallel: jobs > 1,
		jobs,
	});
	for (const file of findTestFiles(folder)) {
		mocha.addFile(file);
	}
	const run = new Promise<number>((resolve) => mocha.run(resolve));
	// Mocha reports parallel files only after they have finished.
	return jobs > 1 ? withProgress(`  tests, ${jobs} files in parallel`, run) : run;
}
