// A Stryker test runner. @stryker-mutator/mocha-runner doesn't support Mocha 12. This one also tests a mutant only with the test files
// that evaluate it, including a mutant of a constant, for which Stryker's own runners start a process and run all tests.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { transformSync } from 'esbuild';
import Mocha from 'mocha';

const SUCCESS = 0;
const FAILED = 1;
const SKIPPED = 2;

/** What the mutated code reads and writes. */
const instrumenter = (globalThis.__stryker__ ??= {});

const require = createRequire(import.meta.url);

let maxPropertyRuns;
const fastCheck = require('fast-check');
const { default: fc } = fastCheck;
// The same values in each run make the score reproducible. To kill a mutant, any counterexample will do.
process.env.FUZZ_SEED = '1';
fc.configureGlobal({ seed: 1, endOnFailure: true });
fastCheck.default = {
	...fc,
	assert: (property, { numRuns = maxPropertyRuns, ...parameters } = {}) =>
		fc.assert(property, { ...parameters, numRuns: Math.min(numRuns, maxPropertyRuns) }),
};

/** JavaScript of each TypeScript file, by path. */
const transpiled = new Map();

require.extensions['.ts'] = (module, path) => {
	if (!transpiled.has(path)) {
		const options = { loader: 'ts', format: 'cjs', target: 'node20', sourcefile: path };
		transpiled.set(path, transformSync(readFileSync(path, 'utf8'), options).code);
	}
	module._compile(transpiled.get(path), path);
};

class MochaRunner {
	#files;
	#isIgnored;
	/** How long the tests of each file take, in milliseconds. The fastest run first. */
	#durations = new Map();

	constructor({ mochaRunner: { testFiles, ignoredTests = [], propertyRuns = 100 } }) {
		maxPropertyRuns = propertyRuns;
		this.#files = testFiles.flatMap(findTestFiles);
		this.#isIgnored = (test) => ignoredTests.some((title) => test.fullTitle().includes(title));
	}

	capabilities() {
		return { reloadEnvironment: true };
	}

	init() {
		return Promise.resolve();
	}

	async dryRun() {
		const tests = [];
		const perTest = {};
		for (const file of this.#files) {
			instrumenter.mutantCoverage = undefined;
			const results = await runFile(file, { isSelected: (test) => !this.#isIgnored(test), bail: false });
			const coverage = instrumenter.mutantCoverage ?? { static: {}, perTest: {} };
			for (const { id } of results) {
				perTest[id] = sumHits(coverage.static, coverage.perTest[id] ?? {});
			}
			tests.push(...results);
		}
		return { status: 'complete', tests, mutantCoverage: { static: {}, perTest } };
	}

	async mutantRun({ testFilter, activeMutant, hitLimit }) {
		instrumenter.activeMutant = activeMutant.id;
		instrumenter.hitLimit = hitLimit;
		instrumenter.hitCount = hitLimit === undefined ? undefined : 0;
		const selected = testFilter && new Set(testFilter);
		const files = selected ? new Set(testFilter.map((id) => id.slice(0, id.indexOf(': ')))) : this.#files;
		const duration = (file) => this.#durations.get(file) ?? 0;
		let nrOfTests = 0;
		try {
			for (const file of [...files].sort((a, b) => duration(a) - duration(b))) {
				const start = performance.now();
				const isSelected = (test, id) => (selected ? selected.has(id) : !this.#isIgnored(test));
				const expected = selected && testFilter.filter((id) => id.startsWith(`${file}: `));
				const results = await runFile(file, { isSelected, expected, bail: true });
				nrOfTests += results.length;
				if (hitLimit !== undefined && instrumenter.hitCount > hitLimit) {
					return { status: 'timeout', reason: `Evaluated more than ${hitLimit} times` };
				}
				const failure = results.find(({ status }) => status === FAILED);
				if (failure) {
					// If a hook or the file itself failed, no test did.
					const killedBy = selected?.has(failure.id) ? [failure.id] : [];
					return { status: 'killed', killedBy, failureMessage: failure.failureMessage, nrOfTests };
				}
				this.#durations.set(file, Math.max(duration(file), performance.now() - start));
			}
			return { status: 'survived', nrOfTests };
		} finally {
			instrumenter.activeMutant = undefined;
		}
	}

	dispose() {
		return Promise.resolve();
	}
}

/** Mocha requires a reporter. */
class SilentReporter {
	done(failures, finish) {
		finish(failures);
	}
}

/** Returns the test file itself, or those in a folder. */
function findTestFiles(path) {
	return path.endsWith('.ts')
		? [path]
		: readdirSync(path, { recursive: true })
				.filter((name) => name.endsWith('.test.ts'))
				.map((name) => join(path, name));
}

/** Loads a test file and what it imports from the project again, and runs the selected tests. */
async function runFile(file, { isSelected, expected = [], bail }) {
	const idOf = (test) => `${file}: ${test.fullTitle()}`;
	const results = [];
	const mocha = new Mocha({ ui: 'bdd', reporter: SilentReporter, timeout: 120_000, bail });
	mocha.suite.beforeEach(function () {
		instrumenter.currentTestId = idOf(this.currentTest);
	});
	instrumenter.currentTestId = undefined;
	const fail = (name, reason) => [
		{ id: `${file}: ${name}`, name, timeSpentMs: 0, status: FAILED, failureMessage: String(reason), fileName: resolve(file) },
	];
	try {
		loadFile(mocha, resolve(file));
	} catch (error) {
		return fail('load', error);
	}
	const found = new Set();
	keepTests(mocha.suite, (test) => {
		found.add(idOf(test));
		return isSelected(test, idOf(test));
	});
	// A mutant that's evaluated while the file is loaded can change which tests there are.
	if (expected.some((id) => !found.has(id))) {
		return fail('find tests', 'A test has another title.');
	}
	const add = (test, status, failureMessage) =>
		results.push({
			id: idOf(test),
			name: test.fullTitle(),
			timeSpentMs: test.duration ?? 0,
			fileName: resolve(file),
			status,
			failureMessage,
		});
	await new Promise((done) => {
		const runner = mocha.run(done);
		runner.on('pass', (test) => add(test, SUCCESS));
		runner.on('fail', (test, error) => add(test, FAILED, String(error?.stack ?? error)));
		runner.on('pending', (test) => add(test, SKIPPED));
	});
	mocha.dispose();
	return results;
}

function loadFile(mocha, path) {
	for (const loaded of Object.keys(require.cache)) {
		if (!/[\\/]node_modules[\\/]/.test(relative(process.cwd(), loaded))) {
			Reflect.deleteProperty(require.cache, loaded);
		}
	}
	mocha.suite.emit('pre-require', globalThis, path, mocha);
	// A `require` of its own, because each keeps what it has loaded.
	createRequire(import.meta.url)(path);
	mocha.suite.emit('post-require', globalThis, path, mocha);
}

function keepTests(suite, isKept) {
	suite.tests = suite.tests.filter(isKept);
	for (const child of suite.suites) {
		keepTests(child, isKept);
	}
}

/** Code that's evaluated while a file is loaded is evaluated for each of its tests. */
function sumHits(...coverages) {
	const total = {};
	for (const [id, hits] of coverages.flatMap(Object.entries)) {
		total[id] = (total[id] ?? 0) + hits;
	}
	return total;
}

createMochaRunner.inject = ['options'];
function createMochaRunner(options) {
	return new MochaRunner(options);
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'mocha', factory: createMochaRunner }];
export const strykerValidationSchema = { properties: { mochaRunner: { type: 'object' } } };
