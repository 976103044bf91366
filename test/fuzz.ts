// Runs each fuzzer (a file named *.fuzz.test.ts) for a number of minutes, 10 by default, two at a time: npm run fuzz [-- minutes]
// The seed of a failed run is in its title. FUZZ_SEED=SEED repeats it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from './host/paths';

const DEFAULT_MINUTES = '10';

const mocha = join(repositoryRoot, 'node_modules/mocha/bin/mocha.js');
const { status } = spawnSync(
	process.execPath,
	[mocha, '--exit', '--parallel', '--jobs', '2', '--timeout', '0', 'out/test/**/*.fuzz.test.js'],
	{ cwd: repositoryRoot, stdio: 'inherit', env: { ...process.env, FUZZ_MINUTES: process.argv[2] ?? DEFAULT_MINUTES } },
);
process.exitCode = status ?? 1;
