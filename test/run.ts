// Runs all suites, or only the given ones: node out/test/run.js [suite…]
// The last line of the output has the totals of all suites.
// --oldest runs what's tested in the oldest VS Code that `engines` allows: the editor suite, and journeys with the tag @oldest.
// TEST_ORDER=random runs the tests of each suite in a random order, and TEST_ORDER=random:SEED repeats an order.
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import pLimit from 'p-limit';
import { ensureBrowser } from './host/browser';
import { findDesktopVsCode } from './host/desktopVsCode';
import { installServer } from './host/installServer';
import { cacheFolder, repositoryRoot } from './host/paths';
import { terminateTree, terminateAll, onTerminationRequest, spawnTree } from './host/processTree';
import { withProgress } from './host/progress';
import { VERSION_VARIABLE } from './host/testedVersion';
import { findHaproxy } from './support/haproxy/haproxyProgram';
import { keyringMissing } from './support/keyring/keyringPrograms';
import { findNginx } from './support/paths/nginxProgram';
import { installShells } from './support/shells';
import { OrderedOutput, type TaskOutput } from './support/runner/orderedOutput';
import { noResults, readResults, RESULTS_VARIABLE, sumResults, totalsLine, type TestResults } from './support/runner/testResults';

/** Timeout of a suite, in milliseconds. After that, it's terminated and counts as failed. */
const SUITE_TIMEOUT_MS = 45 * 60_000;

/** Number of suites that run at the same time: most suites wait a lot. */
const PARALLEL_SUITES = 2;

/** The suite that takes longest starts first, so that others run next to it. Suites that aren't listed run last. */
const SUITE_ORDER = ['lint', 'e2e', 'editor', 'unit', 'webview', 'attacks', 'gateway'];

/** Whether to test in the oldest VS Code that `engines` allows. The suites' processes read the version from the environment. */
const isOldest = process.argv.includes('--oldest');
const OLDEST_SUITES = ['editor', 'e2e'];
if (isOldest) {
	process.env[VERSION_VARIABLE] = 'oldest';
}

/** Checks of the suite "lint". Each counts as one test. */
const LINT_CHECKS: Record<string, readonly string[]> = {
	'prettier --check .': [
		...['node_modules/prettier/bin/prettier.cjs', '--check', '.'],
		...['--cache', '--cache-strategy=content', `--cache-location=${join(cacheFolder, 'prettier.json')}`],
	],
	'tsc -b': ['node_modules/typescript7/bin/tsc', '-b'],
	oxlint: ['node_modules/oxlint/bin/oxlint', '-c', 'oxlint.config.mjs'],
};

/**
 * Lets the two checks that are written in Go collect garbage a quarter as often, which takes an eighth less processor time. They end before it
 * fills the memory.
 */
const LINT_ENVIRONMENT = { GOGC: '400' };

/**
 * Tests connect only to servers of their own, so their hundreds of processes needn't read the certificates of a company or a proxy when they start,
 * which takes a quarter of the processor time of a short one. The suite "editor" also looks for the download of VS Code.
 */
const testEnvironment = (suite: string): NodeJS.ProcessEnv => (suite === 'editor' ? {} : { NODE_EXTRA_CA_CERTS: undefined });

/** Node.js arguments that run a suite. Suites that aren't listed run in Mocha in this version of Node.js. */
const SUITE_COMMANDS: Record<string, readonly string[]> = {
	webview: playwrightCommand('webview'),
	editor: ['out/test/host/runEditorTests.js'],
	e2e: playwrightCommand('e2e'),
};

/** Installs a suite's requirements if they're missing. If that isn't possible, the suite is skipped. */
const SUITE_REQUIREMENTS: Record<string, () => Promise<unknown>> = {
	// Tests without a keyring, these shells, nginx, or HAProxy are skipped.
	unit: async () => {
		await keyringMissing();
		await installShells();
		await findHaproxy();
	},
	attacks: async () => {
		await findNginx();
		await findHaproxy();
	},
	gateway: findHaproxy,
	webview: ensureBrowser,
	editor: async () => {
		await findHaproxy();
		return (await findDesktopVsCode()) ?? (await ensureServerBuild());
	},
	e2e: async () => {
		await keyringMissing();
		await findHaproxy();
		await ensureServerBuild();
	},
};

/** Requirements are installed one after another, because apt-get rejects a second installation at the same time. */
const installing = pLimit(1);

async function main(): Promise<void> {
	const suites = findSuites();
	const selected = isOldest ? OLDEST_SUITES : process.argv.slice(2);
	const unknown = selected.filter((suite) => !suites.includes(suite));
	if (unknown.length > 0) {
		throw new Error(`Unknown suite: ${unknown.join(', ')}. Available suites: ${suites.join(', ')}.`);
	}
	const output = new OrderedOutput((text) => process.stdout.write(text));
	const running = pLimit(PARALLEL_SUITES);
	const results = await Promise.all(
		suites
			.filter((suite) => selected.length === 0 || selected.includes(suite))
			.map((suite) => {
				const suiteOutput = output.open();
				return running(async () => {
					suiteOutput.write(`\n── ${suite} ──\n`);
					const suiteResults = suite === 'lint' ? await runLint(suiteOutput) : await runSuite(suite, suiteOutput);
					suiteOutput.end();
					return suiteResults;
				});
			}),
	);
	printReport(sumResults(results));
}

async function ensureServerBuild(): Promise<void> {
	await ensureBrowser();
	await installServer();
}

function playwrightCommand(project: string): readonly string[] {
	const [order, seed] = (process.env.TEST_ORDER ?? '').split(':');
	return [
		...['node_modules/@playwright/test/cli.js', 'test', '--config', 'test/playwright.config.ts', '--project', project],
		...(order === 'random' ? ['--shuffle', ...(seed ? [seed] : [])] : []),
		...(isOldest ? ['--grep', '@oldest'] : []),
	];
}

/** Lint, and each folder of `test` that contains tests, in the order in which they start. */
function findSuites(): string[] {
	const position = (suite: string) => (SUITE_ORDER.includes(suite) ? SUITE_ORDER.indexOf(suite) : SUITE_ORDER.length);
	const folder = join(repositoryRoot, 'test');
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
	return [...new Set(['lint', ...files.map((file) => file.split(sep)[0]!)])].sort((left, right) => position(left) - position(right));
}

async function runLint(output: TaskOutput): Promise<TestResults> {
	const failed: string[] = [];
	const print = (text: string) => output.write(`${text}\n`);
	const run = async (check: string, args: readonly string[]) => {
		const problem = await withProgress(check, runNodeScript(args, output, LINT_ENVIRONMENT), print);
		print(`  ${problem === undefined ? '✔' : '✖'} ${check}`);
		if (problem !== undefined) {
			failed.push(`lint: ${check}`);
		}
	};
	await Promise.all(Object.entries(LINT_CHECKS).map(([check, args]) => run(check, args)));
	return { ...noResults, passed: Object.keys(LINT_CHECKS).length - failed.length, failed };
}

async function runSuite(suite: string, output: TaskOutput): Promise<TestResults> {
	try {
		await installing(SUITE_REQUIREMENTS[suite] ?? (() => undefined));
	} catch (error) {
		output.write(`${String(error)}\n`);
		return { ...noResults, skipped: [`${suite}: ${String(error)}`] };
	}
	const temporary = mkdtempSync(join(tmpdir(), 'connect-tokens-results-'));
	const file = join(temporary, 'results.json');
	try {
		const env = { ...testEnvironment(suite), [RESULTS_VARIABLE]: file };
		const problem = await runNodeScript(SUITE_COMMANDS[suite] ?? ['out/test/suite.js', suite], output, env);
		const results = readResults(file);
		if (results === undefined) {
			return { ...noResults, failed: [`${suite}: ${problem ?? 'exited'}, without results`] };
		}
		const named = {
			...results,
			failed: results.failed.map((name) => `${suite}: ${name}`),
			skipped: results.skipped.map((name) => `${suite}: ${name}`),
			flaky: results.flaky.map((name) => `${suite}: ${name}`),
		};
		return problem !== undefined && results.failed.length === 0
			? { ...named, failed: [`${suite}: ${problem}, although no test failed`] }
			: named;
	} finally {
		rmSync(temporary, { recursive: true, force: true });
	}
}

/** Runs a Node.js script and waits for it to exit. Resolves with a description of the problem, or undefined if it succeeded. */
async function runNodeScript(args: readonly string[], output: TaskOutput, env: NodeJS.ProcessEnv = {}): Promise<string | undefined> {
	const child = spawnTree(process.execPath, args, {
		cwd: repositoryRoot,
		env: { ...process.env, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	for (const stream of [child.stdout!, child.stderr!]) {
		stream.setEncoding('utf8').on('data', (text: string) => output.write(text));
	}
	const closed = once(child, 'close');
	const problem = await new Promise<string | undefined>((resolve) => {
		setTimeout(() => resolve(`timed out after ${SUITE_TIMEOUT_MS / 60_000} minutes`), SUITE_TIMEOUT_MS).unref();
		child.once('error', (error) => resolve(error.message));
		child.once('exit', (code, signal) => resolve(code === 0 ? undefined : `exited with ${signal ?? `code ${code}`}`));
	});
	await terminateTree(child);
	// Now that nothing can write to it anymore, the rest of the output arrives.
	await closed;
	return problem;
}

function printReport(results: TestResults): void {
	for (const [title, names] of Object.entries({ Failed: results.failed, Flaky: results.flaky, Skipped: results.skipped })) {
		if (names.length > 0) {
			console.log(`\n${title}:\n${names.map((name) => `  ${name}`).join('\n')}`);
		}
	}
	console.log(`\n${totalsLine(results)}`);
	process.exitCode = results.failed.length > 0 ? 1 : 0;
}

onTerminationRequest(() => void terminateAll().then(() => process.exit(1)));

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
