// Runs one suite in plain Node: node out/test/suite.js <suite>
import { join } from 'node:path';
import { runMocha } from './support/runner/runMocha';

/** How long the process may live on after its tests, in milliseconds, before what keeps it alive is called a failure. */
const EXIT_TIMEOUT_MS = 10_000;

/** Suites whose files share nothing, and leave processors free: a browser takes more than one by itself. */
const PARALLEL_SUITES = ['unit'];

const suite = process.argv[2] ?? '';
void runMocha(join(__dirname, suite), { jobs: PARALLEL_SUITES.includes(suite) ? 2 : 1 }).then((failures) => {
	process.exitCode = failures > 0 ? 1 : 0;
	setTimeout(() => {
		console.error('The tests have ended, but something that they started has not.');
		process.exit(1);
	}, EXIT_TIMEOUT_MS).unref();
});
