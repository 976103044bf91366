import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { SourceCoverageConverter, type ProcessCoverage } from '../../support/coverage/sourceCoverage';

const RULES = `export interface Rule {
	readonly limit: number;
}

export function isAllowed(value: number): boolean {
	if (value > 10) {
		throw new Error('too large');
	}
	return [value].every((item) => item > 0);
}

export class Counter {
	#count = 0;

	add(): void {
		this.#count++;
	}
}

export const unused = () => 1;
`;

describe('Coverage of sources', () => {
	let folder: string;
	let converter: SourceCoverageConverter;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'connect-tokens-coverage-'));
		mkdirSync(join(folder, 'src'));
		writeFileSync(join(folder, 'src', 'rules.ts'), RULES);
		converter = new SourceCoverageConverter((path) => path.startsWith(join(folder, 'src')));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	/** Bundles a program that imports the rules, runs it, and returns its coverage. */
	function run(program: string, sourcemap: 'linked' | 'inline' = 'linked'): ProcessCoverage {
		const entry = join(folder, 'program.ts');
		const bundle = join(folder, 'program.js');
		writeFileSync(entry, program);
		buildSync({ entryPoints: [entry], outfile: bundle, bundle: true, format: 'cjs', platform: 'node', sourcemap });
		const coverageFolder = mkdtempSync(join(folder, 'coverage-'));
		execFileSync(process.execPath, [bundle], { env: { ...process.env, NODE_V8_COVERAGE: coverageFolder } });
		const [file] = readdirSync(coverageFolder);
		return JSON.parse(readFileSync(join(coverageFolder, file!), 'utf8')) as ProcessCoverage;
	}

	/** The source text and the count of each range of each function. */
	function describeFunctions({ result }: ProcessCoverage): Record<string, (readonly [text: string, count: number])[]> {
		return Object.fromEntries(
			result.flatMap(({ url, functions }) => {
				const text = readFileSync(fileURLToPath(url), 'utf8');
				return functions.map(({ functionName, ranges }) => [
					functionName,
					ranges.map(({ startOffset, endOffset, count }) => [text.slice(startOffset, endOffset), count] as const),
				]);
			}),
		);
	}

	it('counts how often functions and blocks ran', () => {
		const functions = describeFunctions(converter.convert(run("import { isAllowed } from './src/rules'; isAllowed(1); isAllowed(2);")));
		assert.deepEqual(functions.isAllowed, [
			[RULES.slice(RULES.indexOf('export function'), RULES.indexOf('\n\nexport class')), 2],
			["{\n\t\tthrow new Error('too large');\n\t}", 0],
		]);
		assert.deepEqual(functions['line 9'], [['(item) => item > 0);', 2]]);
	});

	it('uses the source map from the coverage if there is no file', () => {
		const program = "import { isAllowed } from './src/rules'; isAllowed(1); isAllowed(2);";
		const expected = describeFunctions(converter.convert(run(program)));
		rmSync(join(folder, 'program.js.map'));
		const inline = new SourceCoverageConverter((path) => path.startsWith(join(folder, 'src'))).convert(run(program, 'inline'));
		assert.deepEqual(describeFunctions(inline), expected);
	});

	it('contains only functions that are in the bundle', () => {
		const { result } = converter.convert(run("import { Counter } from './src/rules'; new Counter();"));
		assert.deepEqual(describeFunctions({ result }), { '': [[RULES, 1]], add: [['\tadd(): void {\n\t\tthis.#count++;\n\t}', 0]] });
	});

	it('has the same ranges for a source that was not loaded, so that the coverage can be merged', () => {
		const empty = describeFunctions({ result: [converter.createEmptyCoverage({ path: join(folder, 'src', 'rules.ts'), text: RULES })] });
		assert.deepEqual(Object.keys(empty), ['', 'isAllowed', 'line 9', 'add', 'line 20']);
		assert.ok(Object.values(empty).every((ranges) => ranges.length === 1 && ranges[0]![1] === 0));
		const loaded = describeFunctions(
			converter.convert(run("import { Counter, isAllowed, unused } from './src/rules'; new Counter().add(); isAllowed(1); unused();")),
		);
		assert.deepEqual(
			Object.entries(loaded).map(([name, ranges]) => [name, ranges[0]![0]]),
			Object.entries(empty).map(([name, ranges]) => [name, ranges[0]![0]]),
		);
	});

	it('counts a source without code as covered', () => {
		const source = { path: join(folder, 'src', 'types.ts'), text: "import type { Rule } from './rules';\n\nexport type Rules = Rule[];\n" };
		writeFileSync(source.path, source.text);
		assert.deepEqual(describeFunctions({ result: [converter.createEmptyCoverage(source)] }), { '': [[source.text, 1]] });
	});
});
