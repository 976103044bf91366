// Runs one suite in Node.js: node out/test/suite.js <suite>
import { join } from 'node:path';
import { runMocha } from './support/runner/runMocha';

/** How long the process may take to exit after its tests, in milliseconds. After that, the run counts as failed. */
const EXIT_TIMEOUT_MS = 10_000;

/** Suites whose files are independent of each other. A suite that starts a browser isn't faster in parallel. */
const PARALLEL_SUITES = ['unit'];

const suite = process.argv[2] ?? '';
void runMocha(join(__dirname, suite), { jobs: PARALLEL_SUITES.includes(suite) ? 2 : 1 }).then((failures) => {
	process.exitCode = failures > 0 ? 1 : 0;
	setTimeout(() => {
		console.error('The tests finished, but something they started keeps the process running.');
		process.exit(1);
	}, EXIT_TIMEOUT_MS).unref();
});
