// Builds into out/ what the extension is made of.
//   node esbuild.mjs                the extension, its pages and the tests, with source maps
//   node esbuild.mjs --watch        the same, again after every change
//   node esbuild.mjs --production   the extension and its pages, minified; a bundle over its budget fails the build
import { build, context } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** Budgets hold for minified bundles: the host's in bytes as loaded, a page's script and style gzipped together. */
const budgets = [
	{ files: ['out/extension.js'], size: (bytes) => bytes.length, limit: 8_000 },
	{ files: ['out/main.js'], size: (bytes) => bytes.length, limit: 250_000 },
	{ files: ['out/gateway.js'], size: (bytes) => bytes.length, limit: 650_000 },
	...['wizard', 'details'].map((page) => ({
		files: [`out/webview/${page}.js`, `out/webview/${page}.css`],
		size: (bytes) => gzipSync(bytes).length,
		limit: 70_000,
	})),
];

/** @type {import('esbuild').BuildOptions} */
const common = { bundle: true, logLevel: 'info', minify: production, sourcemap: !production, legalComments: 'none' };

/** The icon font comes with a rule for each of its 600 icons; the pages get those whose names occur in their sources. */
const usedIcons = {
	name: 'used-icons',
	setup: ({ onLoad }) =>
		onLoad({ filter: /codicon\.css$/ }, async ({ path }) => {
			const sources = (await readdir('webview', { recursive: true })).filter((name) => /\.tsx?$/.test(name));
			const texts = await Promise.all(sources.map((name) => readFile(join('webview', name), 'utf8')));
			const words = new Set(
				texts
					.join(' ')
					.match(/[a-z][a-z-]*/g)
					?.flatMap((word) => [word, word.replace('codicon-', '')]),
			);
			const css = await readFile(path, 'utf8');
			const contents = css.replace(/^\.codicon-([\w-]+):before \{.*\}$/gm, (rule, name) => (words.has(name) ? rule : ''));
			return { contents, loader: 'css' };
		}),
};

/** @type {import('esbuild').BuildOptions[]} */
const product = [
	{
		...common,
		// Two files, because what activation runs must not wait for what it does not.
		entryPoints: { extension: 'src/extension.ts', main: 'src/main.ts' },
		outdir: 'out',
		platform: 'node',
		format: 'cjs',
		target: 'node22',
		external: ['vscode', './main'],
		// It would patch `fs` for every extension of the window, and serves those alone who open thousands of files at once.
		alias: { 'graceful-fs': 'node:fs' },
		// `import()` becomes `require()`, which alone finds the editor's API.
		supported: { 'dynamic-import': false },
		// Smaller and without the CommonJS detours of packages that ship both.
		mainFields: ['module', 'main'],
	},
	{
		...common,
		entryPoints: { gateway: 'src/gatewayWorker.ts' },
		outdir: 'out',
		platform: 'node',
		format: 'cjs',
		// Tests and benchmark start it in the Node that builds the extension.
		target: 'node20',
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
		plugins: [usedIcons],
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
			'test/support/**/*Child.ts',
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

/**
 * keytar's native modules, by platform. The package has a wrong file under the name of the ARM that VS Code calls armhf, and none
 * that is right for Alpine on ARM.
 */
const keytar = {
	'darwin-arm64': 'darwin-arm64',
	'darwin-x64': 'darwin-x64',
	'linux-arm': 'linux-armv7l',
	'linux-arm64': 'linux-arm64',
	'linux-x64': 'linux-x64',
	'alpine-x64': 'linuxmusl-x64',
	'win32-arm64': 'win32-arm64',
	'win32-x64': 'win32-x64',
};

await copyKeytar();
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

/** A native module cannot be bundled. */
async function copyKeytar() {
	if (!existsSync('node_modules/keytar')) {
		console.warn('keytar could not be installed here: this build knows no keychain.');
		return;
	}
	await copyChanged('node_modules/keytar/LICENSE.md', 'out/keytar/LICENSE.md');
	for (const [platform, prebuilt] of Object.entries(keytar)) {
		await copyChanged(`node_modules/keytar/prebuilds/${prebuilt}/keytar.node`, `out/keytar/${platform}/keytar.node`);
	}
}

/** A process that has loaded the file would not survive its being written to. */
async function copyChanged(from, to) {
	if (!existsSync(to) || !(await readFile(to)).equals(await readFile(from))) {
		await rm(to, { force: true });
		await mkdir(dirname(to), { recursive: true });
		await copyFile(from, to);
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
