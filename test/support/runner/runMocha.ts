import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { withProgress } from '../../host/progress';
import { repositoryRoot } from '../../host/paths';
import { ProgressReporter } from './progressReporter';
import { mochaHooks } from './randomOrderChild';
import { ORDER_VARIABLE, readOrderSeed, shuffle } from './testOrder';

/** Timeout of tests that don't set their own, in milliseconds: long enough that only a hanging test reaches it. */
const DEFAULT_TEST_TIMEOUT_MS = 120_000;

/** Mocha's hooks for processes that run files in parallel, because hooks can't be passed to another process. */
const PARALLEL_HOOKS_FILE = join(repositoryRoot, 'out/test/support/runner/randomOrderChild.js');

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
	/** Files that run first if files run in parallel, relative to the folder and without `.test.js`: the slowest ones. */
	readonly slowFiles?: readonly string[];
}

/** Runs all tests in a folder and its subfolders. Resolves with the number of failures. */
export function runMocha(folder: string, { print = console.log, jobs = 1, slowFiles = [] }: RunMochaOptions = {}): Promise<number> {
	Mocha.reporters.Base.consoleLog = print;
	const mocha = new Mocha({
		ui: 'bdd',
		reporter: ProgressReporter,
		timeout: DEFAULT_TEST_TIMEOUT_MS,
		forbidOnly: Boolean(process.env.CI),
		// Locally, a test that fails once has failed. In CI, the report lists it as flaky if it passes the second time.
		retries: process.env.CI ? 1 : 0,
		parallel: jobs > 1,
		jobs,
		...(jobs > 1 ? { require: [PARALLEL_HOOKS_FILE] } : { rootHooks: mochaHooks }),
	});
	orderFiles(folder, jobs > 1 ? slowFiles : [], print).forEach((file) => mocha.addFile(file));
	const run = new Promise<number>((resolve) => mocha.run(resolve));
	// Mocha reports parallel files only after they have finished.
	return jobs > 1 ? withProgress(`  tests, ${jobs} files in parallel`, run) : run;
}

/** Returns the test files in the order in which they start. */
function orderFiles(folder: string, slowFiles: readonly string[], print: typeof console.log): readonly string[] {
	const files = findTestFiles(folder);
	const seed = readOrderSeed(process.env[ORDER_VARIABLE]);
	if (seed !== undefined) {
		// For the hooks, which shuffle the tests of each file.
		process.env[ORDER_VARIABLE] = `random:${seed}`;
		print(`  random order; to repeat it, set ${ORDER_VARIABLE}=random:${seed}`);
		return shuffle(files, seed);
	}
	const first = slowFiles.map((name) => join(folder, `${name}.test.js`));
	const missing = first.filter((file) => !files.includes(file));
	if (missing.length > 0) {
		throw new Error(`These files don't exist: ${missing.join(', ')}`);
	}
	return [...first, ...files.filter((file) => !first.includes(file))];
}
