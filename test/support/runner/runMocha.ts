import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { withProgress } from '../../host/progress';
import { Reporter } from './reporter';

/** The limit of a test that sets none itself, in milliseconds: far beyond what any takes, so that only what hangs reaches it. */
const TEST_LIMIT = 120_000;

/** The test files in a folder and below it. */
export function testFiles(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.test.js'))
		.sort()
		.map((file) => join(folder, file));
}

export interface MochaOptions {
	/** Where reports go; the console when left out. */
	readonly print?: typeof console.log;
	/** How many files run at once, each in a process; one after another in this one when left out. */
	readonly jobs?: number;
}

/** Runs all tests in a folder and below it; resolves with the number of failures. */
export function runMocha(folder: string, { print = console.log, jobs = 1 }: MochaOptions = {}): Promise<number> {
	// Errors then name the line of the source, not of the bundle.
	process.setSourceMapsEnabled(true);
	if (jobs > 1) {
		process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --enable-source-maps`;
	}
	Mocha.reporters.Base.consoleLog = print;
	const mocha = new Mocha({
		ui: 'bdd',
		reporter: Reporter,
		timeout: TEST_LIMIT,
		forbidOnly: Boolean(process.env.CI),
		parallel: jobs > 1,
		jobs,
	});
	for (const file of testFiles(folder)) {
		mocha.addFile(file);
	}
	const run = new Promise<number>((resolve) => mocha.run(resolve));
	// What runs in processes of their own is told of file by file, once each has ended.
	return jobs > 1 ? withProgress(`  tests, ${jobs} files at once`, run) : run;
}
