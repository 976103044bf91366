import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
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

/** Runs all tests in a folder and below it, reporting through `print`; resolves with the number of failures. */
export function runMocha(folder: string, print: typeof console.log = console.log): Promise<number> {
	// Errors then name the line of the source, not of the bundle.
	process.setSourceMapsEnabled(true);
	Mocha.reporters.Base.consoleLog = print;
	const mocha = new Mocha({ ui: 'bdd', reporter: Reporter, timeout: TEST_LIMIT, forbidOnly: Boolean(process.env.CI) });
	for (const file of testFiles(folder)) {
		mocha.addFile(file);
	}
	return new Promise((resolve) => mocha.run(resolve));
}
