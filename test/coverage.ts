// Runs all suites, or only the given ones, and reports how much of the source code they run: node out/test/coverage.js [suite…]
// Fails if a suite fails, or if all suites together don't reach the thresholds in .c8rc.json. The report is in coverage/index.html.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { cacheFolder, repositoryRoot } from './host/paths';
import { COVERAGE_VARIABLE } from './support/coverage/coverageFolder';
import { SourceCoverageConverter, type ProcessCoverage } from './support/coverage/sourceCoverage';

/** Coverage of the bundles, one file for each process or page. */
const BUNDLE_COVERAGE_FOLDER = join(cacheFolder, 'coverage', 'bundles');
/** The same, converted to that of the sources. */
const SOURCE_COVERAGE_FOLDER = join(cacheFolder, 'coverage', 'sources');

const SUMMARY_FILE = join(repositoryRoot, 'coverage', 'coverage-summary.json');

const SOURCE_FOLDERS = ['src', 'webview'].map((name) => join(repositoryRoot, name));
const METRICS = ['lines', 'branches', 'functions'] as const;

type FileSummary = Record<(typeof METRICS)[number], { readonly total: number; readonly covered: number }>;

function main(): void {
	const suites = process.argv.slice(2);
	rmSync(dirname(BUNDLE_COVERAGE_FOLDER), { recursive: true, force: true });
	const testsSucceeded = runNode([join(__dirname, 'run.js'), ...suites], { [COVERAGE_VARIABLE]: BUNDLE_COVERAGE_FOLDER });
	convertCoverage();
	// The thresholds are for all suites.
	const checks = suites.length === 0 ? ['--check-coverage'] : [];
	const c8 = ['node_modules/c8/bin/c8.js', 'report', `--temp-directory=${SOURCE_COVERAGE_FOLDER}`, ...checks];
	const reachesThresholds = runNode(c8);
	printFolders();
	process.exitCode = testsSucceeded && reachesThresholds ? 0 : 1;
}

/** Runs a Node.js script. Returns whether it succeeded. */
function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
	return spawnSync(process.execPath, args, { cwd: repositoryRoot, env: { ...process.env, ...env }, stdio: 'inherit' }).status === 0;
}

/** Converts the coverage that all processes and pages have written. */
function convertCoverage(): void {
	mkdirSync(SOURCE_COVERAGE_FOLDER, { recursive: true });
	const converter = new SourceCoverageConverter((path) => SOURCE_FOLDERS.some((folder) => path.startsWith(folder + sep)));
	const empty = findSources().map((path) => converter.createEmptyCoverage({ path, text: readFileSync(path, 'utf8') }));
	writeCoverage('empty.json', { result: empty });
	for (const name of readdirSync(BUNDLE_COVERAGE_FOLDER)) {
		const coverage = readCoverage(join(BUNDLE_COVERAGE_FOLDER, name));
		if (coverage) {
			writeCoverage(name, converter.convert(coverage));
		}
	}
}

function findSources(): string[] {
	return SOURCE_FOLDERS.flatMap((folder) =>
		readdirSync(folder, { recursive: true, encoding: 'utf8' })
			.filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
			.map((name) => join(folder, name)),
	);
}

/** Returns undefined if the process was killed while it was writing the file. */
function readCoverage(file: string): ProcessCoverage | undefined {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as ProcessCoverage;
	} catch (error) {
		console.warn(`The coverage in ${file} is incomplete: ${String(error)}`);
		return undefined;
	}
}

function writeCoverage(name: string, coverage: ProcessCoverage): void {
	if (coverage.result.length > 0) {
		writeFileSync(join(SOURCE_COVERAGE_FOLDER, name), JSON.stringify(coverage));
	}
}

/** Prints the coverage of each folder, in percent. */
function printFolders(): void {
	const { total, ...files } = JSON.parse(readFileSync(SUMMARY_FILE, 'utf8')) as Record<string, FileSummary>;
	const folders = new Map<string, FileSummary[]>();
	for (const [path, summary] of Object.entries(files)) {
		const folder = relative(repositoryRoot, dirname(path));
		folders.set(folder, [...(folders.get(folder) ?? []), summary]);
	}
	const rows = [...folders, ['total', [total!]] as const].map(([folder, summaries]) => [
		folder,
		Object.fromEntries(METRICS.map((metric) => [metric, toPercent(summaries.map((summary) => summary[metric]))])),
	]);
	console.table(Object.fromEntries(rows));
}

function toPercent(counts: readonly { readonly total: number; readonly covered: number }[]): number {
	const sum = (key: 'total' | 'covered') => counts.reduce((result, count) => result + count[key], 0);
	return Math.floor((1000 * sum('covered')) / (sum('total') || 1)) / 10;
}

main();
