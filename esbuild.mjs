// Builds the extension, its pages and the tests into out/.
//   node esbuild.mjs [--production] [--watch]
// A bundle over its budget fails the build.
import { build, context } from 'esbuild';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** Budgets hold for minified bundles: the host's in bytes as loaded, a page's script and style gzipped together. */
const budgets = [
	{ files: ['out/extension.js'], size: (bytes) => bytes.length, limit: 150_000 },
	...['wizard', 'details'].map((page) => ({
		files: [`out/webview/${page}.js`, `out/webview/${page}.css`],
		size: (bytes) => gzipSync(bytes).length,
		limit: 70_000,
	})),
];

/** @type {import('esbuild').BuildOptions} */
const common = { bundle: true, logLevel: 'info', minify: production, sourcemap: !production, legalComments: 'none' };

/** @type {import('esbuild').BuildOptions[]} */
const targets = [
	{
		...common,
		entryPoints: { extension: 'src/extension.ts' },
		outdir: 'out',
		platform: 'node',
		format: 'cjs',
		target: 'node22',
		external: ['vscode'],
		// Smaller and without the CommonJS detours of packages that ship both.
		mainFields: ['module', 'main'],
	},
	{
		...common,
		entryPoints: { wizard: 'webview/wizard/main.tsx', details: 'webview/details/main.tsx' },
		outdir: 'out/webview',
		platform: 'browser',
		format: 'iife',
		target: 'chrome134',
		jsx: 'automatic',
		jsxImportSource: 'preact',
		loader: { '.ttf': 'file' },
		assetNames: '[name]',
	},
	{
		...common,
		minify: false,
		sourcemap: true,
		logLevel: 'warning',
		entryPoints: ['test/**/*.test.ts', 'test/*.ts', 'test/host/*.ts', 'test/bench/*.ts', 'test/editor/index.ts'],
		outbase: 'test',
		outdir: 'out/test',
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		packages: 'external',
		external: ['vscode'],
	},
];

// Stale tests would go on running; what tsc keeps in out/types stays.
for (const stale of ['out/test', 'out/webview', 'out/extension.js', 'out/extension.js.map']) {
	await rm(stale, { recursive: true, force: true });
}
if (watch) {
	for (const target of targets) {
		await (await context(target)).watch();
	}
} else {
	await Promise.all(targets.map((target) => build(target)));
	if (production) {
		checkBudgets();
	}
}

function checkBudgets() {
	for (const { files, size, limit } of budgets) {
		const total = files.reduce((sum, file) => sum + size(readFileSync(file)), 0);
		console.log(`${files.join(' + ')}: ${total} of ${limit} bytes`);
		if (total > limit) {
			console.error(`${files.join(' + ')} is ${total - limit} bytes over its budget.`);
			process.exitCode = 1;
		}
	}
}
