// Builds into out/ what the extension is made of.
//   node esbuild.mjs                the extension, its pages and the tests, with source maps
//   node esbuild.mjs --watch        the same, again after every change
//   node esbuild.mjs --production   the extension and its pages, minified; a bundle over its budget fails the build
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
const product = [
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
];

/** @type {import('esbuild').BuildOptions[]} */
const tests = [
	{
		...common,
		logLevel: 'warning',
		entryPoints: [
			'test/**/*.test.ts',
			'test/*.ts',
			'test/host/*.ts',
			'test/bench/*.ts',
			'test/editor/index.ts',
			'test/support/store/child.ts',
		],
		outbase: 'test',
		outdir: 'out/test',
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		packages: 'external',
		external: ['vscode'],
	},
];

if (production) {
	await Promise.all(product.map((target) => build(target)));
	checkBudgets();
} else {
	// Tests whose sources are gone would go on running.
	await rm('out/test', { recursive: true, force: true });
	for (const target of [...product, ...tests]) {
		await (watch ? (await context(target)).watch() : build(target));
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
