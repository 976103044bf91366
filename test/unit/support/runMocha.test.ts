import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../host/paths';
import { ORDER_VARIABLE } from '../../support/runner/testOrder';
import { readResults, RESULTS_VARIABLE } from '../../support/runner/testResults';

/** One test passes only the second time, and one never. */
const TEST_FILE = `
let runs = 0;
describe('tests', () => {
	it('pass', () => undefined);
	it('race', () => { if (runs++ === 0) { throw new Error('the first time'); } });
	it('fail', () => { throw new Error('always'); });
});
`;

describe('A suite in Mocha', () => {
	let folder: string;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-suite-'));
		await writeFile(join(folder, 'example.test.js'), TEST_FILE);
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	/** Runs the suite in a process of its own, because Mocha's globals exist once. */
	async function runSuite(environment: NodeJS.ProcessEnv) {
		const script = join(repositoryRoot, 'out/test/suite.js');
		const resultsFile = join(folder, 'results.json');
		const run = promisify(execFile)(process.execPath, [script, relative(dirname(script), folder)], {
			env: { ...process.env, CI: undefined, [ORDER_VARIABLE]: undefined, [RESULTS_VARIABLE]: resultsFile, ...environment },
		});
		// One of the tests always fails.
		const failure: unknown = await run.then(
			() => undefined,
			(error: unknown) => error,
		);
		assert.ok(failure instanceof Error && 'stdout' in failure);
		return { output: String(failure.stdout), results: readResults(resultsFile) };
	}

	it('counts a test that fails once as failed', async () => {
		const { results } = await runSuite({});
		assert.deepEqual(results, { passed: 1, failed: ['tests race', 'tests fail'], skipped: [], flaky: [] });
	});

	it('tries failed tests again in CI, and names those that pass then', async () => {
		const { output, results } = await runSuite({ CI: 'true' });
		assert.deepEqual(results, { passed: 2, failed: ['tests fail'], skipped: [], flaky: ['tests race'] });
		assert.match(output, /tried again, because it failed: race\nError: the first time/);
	});
});
