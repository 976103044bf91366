// Runs one suite in plain Node: node out/test/suite.js <suite>
import { join } from 'node:path';
import { runMocha } from './support/runner/runMocha';

/** How long the process may live on after its tests, in milliseconds, before what keeps it alive is called a failure. */
const END_LIMIT = 10_000;

/** Suites whose files share neither windows nor the clock of anybody. */
const PARALLEL = ['unit', 'webview'];

const suite = process.argv[2] ?? '';
void runMocha(join(__dirname, suite), { jobs: PARALLEL.includes(suite) ? 2 : 1 }).then((failures) => {
	process.exitCode = failures > 0 ? 1 : 0;
	setTimeout(() => {
		console.error('The tests have ended, but something that they started has not.');
		process.exit(1);
	}, END_LIMIT).unref();
});
