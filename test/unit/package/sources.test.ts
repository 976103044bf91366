import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { repositoryRoot } from '../../host/paths';
import { findImportCycles } from '../../support/importCycles';

const MAX_LINES = 400;

/** Wordings that aren't idiomatic English. */
const FORBIDDEN_WORDING =
	/stands (here|in)|to be had|\banew\b|hand(s|ed)? (over|on|out)\b|out of reach|be rid of|looked? through|is over\b|goes on working/i;

describe('the sources', () => {
	const sources = listFiles('src', 'webview').filter((path) => ['.ts', '.tsx'].includes(extname(path)));

	it('have no import cycles, not even of types', () => {
		assert.deepEqual(
			findImportCycles(
				repositoryRoot,
				sources.map((path) => join(repositoryRoot, path)),
			),
			[],
		);
	});

	it(`have at most ${MAX_LINES} lines per file`, () => {
		const tooLong = sources.filter((path) => readText(path).trimEnd().split('\n').length > MAX_LINES);
		assert.deepEqual(tooLong, []);
	});

	it('contain no forbidden wording', () => {
		const texts = listFiles('src', 'webview', 'package.nls.json', 'README.md', 'media')
			.filter((path) => extname(path) !== '.png')
			.map((path) => [path, readText(path)] as const);
		// The keys are the English texts.
		const english = Object.keys(JSON.parse(readText('l10n/bundle.l10n.es.json')) as object).join('\n');
		const found = [...texts, ['l10n/bundle.l10n.es.json', english] as const].flatMap(([path, text]) =>
			text
				.split('\n')
				.filter((line) => FORBIDDEN_WORDING.test(line))
				.map((line) => `${path}: ${line.trim()}`),
		);
		assert.deepEqual(found, []);
	});
});

describe('the search for import cycles', () => {
	it('finds cycles through type-only imports, dynamic imports, and re-exports', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-cycles-'));
		try {
			const files = {
				'a.ts': "import type { B } from './b';\nimport './d';",
				'b.tsx': "export { c } from './c';",
				'c.ts': "export const c = () => import('./a');",
				'd.ts': "import 'node:fs';\nimport './d.css';",
			};
			const paths = Object.keys(files).map((name) => join(folder, name));
			await Promise.all(Object.values(files).map((text, index) => writeFile(paths[index]!, text)));
			assert.deepEqual(findImportCycles(folder, paths), ['a.ts → b.tsx → c.ts → a.ts']);
			assert.deepEqual(findImportCycles(folder, paths.slice(1)), []);
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});
});

/** Lists the given files and all files in the given folders, relative to the repository root. */
function listFiles(...paths: readonly string[]): readonly string[] {
	return paths.flatMap((path) =>
		statSync(join(repositoryRoot, path)).isDirectory()
			? readdirSync(join(repositoryRoot, path), { recursive: true, withFileTypes: true })
					.filter((entry) => entry.isFile())
					.map(({ parentPath, name }) => join(parentPath, name).slice(repositoryRoot.length + 1))
			: [path],
	);
}

function readText(path: string): string {
	return readFileSync(join(repositoryRoot, path), 'utf8');
}
