// Builds the extension into out/.
//   node esbuild.mjs                the extension, its pages and the tests, with source maps
//   node esbuild.mjs --watch        the same, and rebuilds after every change
//   node esbuild.mjs --production   the extension and its pages, minified, ThirdPartyNotices.txt, and the npm package of the command line;
//                                   a bundle that exceeds its budget fails the build
import { build, context } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { collectCommandLinePackage } from './commandLinePackage.mjs';
import { writeThirdPartyNotices } from './thirdPartyNotices.mjs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** Limits for minified bundles, in bytes: the size as loaded for the host, and gzipped script plus style for a page. */
const budgets = [
	{ files: ['out/extension.js'], size: (bytes) => bytes.length, limit: 8_500 },
	// Findings read paths in every way that the gateway does, find keys in all that carries them, and know what each client uses and where it
	// sends it. Token lists are adopted with the locks and errors of the store, together with what the team's instances counted.
	{ files: ['out/main.js'], size: (bytes) => bytes.length, limit: 417_100 },
	{ files: ['out/keys.js'], size: (bytes) => bytes.length, limit: 150_000 },
	{ files: ['out/agents.js'], size: (bytes) => bytes.length, limit: 150_000 },
	{ files: ['out/gatewayPolicy.js'], size: (bytes) => bytes.length, limit: 120_000 },
	{ files: ['out/keySearch.js'], size: (bytes) => bytes.length, limit: 90_000 },
	// Node.js compiles it each time that a terminal asks for a key.
	{ files: ['out/cli.js'], size: (bytes) => bytes.length, limit: 34_000 },
	{ files: ['out/commandHelp.js'], size: (bytes) => bytes.length, limit: 14_000 },
	{ files: ['out/policyCommand.js'], size: (bytes) => bytes.length, limit: 105_000 },
	// Almost all of it is the official SDK.
	{ files: ['out/mcp.js'], size: (bytes) => bytes.length, limit: 430_000 },
	// The gateway itself, without what asks for approval, and with the files of a policy.
	{ files: ['out/headlessGateway.js'], size: (bytes) => bytes.length, limit: 680_000 },
	{ files: ['out/onDemand.js'], size: (bytes) => bytes.length, limit: 185_000 },
	{ files: ['out/requests.js'], size: (bytes) => bytes.length, limit: 80_000 },
	{ files: ['out/openApi.js'], size: (bytes) => bytes.length, limit: 150_000 },
	{ files: ['out/gateway.js'], size: (bytes) => bytes.length, limit: 670_000 },
	...['wizard', 'details', 'review'].map((page) => ({
		files: [`out/webview/${page}.js`, `out/webview/${page}.css`],
		size: (bytes) => gzipSync(bytes).length,
		limit: 80_000,
	})),
];

/** @type {import('esbuild').BuildOptions} */
const common = {
	bundle: true,
	logLevel: 'info',
	minify: production,
	sourcemap: !production,
	metafile: production,
	legalComments: 'none',
	charset: 'utf8',
};

/** The icon font's stylesheet has a rule for each of its 600 icons. Keeps only the rules for icons that the pages use. */
const usedIcons = {
	name: 'used-icons',
	setup: ({ onLoad }) =>
		onLoad({ filter: /codicon\.css$/ }, async ({ path }) => {
			const pageSources = (await readdir('webview', { recursive: true })).filter((name) => /\.tsx?$/.test(name));
			const sources = [...pageSources.map((name) => join('webview', name)), 'src/models/statusTexts.ts'];
			const texts = await Promise.all(sources.map((name) => readFile(name, 'utf8')));
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

/**
 * `import('…/NAME')` loads the bundle of that name, wherever the importing module is, for the names below.
 */
const separateBundles = {
	name: 'separate-bundles',
	setup: ({ onResolve }) =>
		onResolve(
			{ filter: /^\.[./]*\/(agents|commandHelp|gatewayPolicy|headlessGateway|keys|keySearch|mcp|onDemand|policyCommand|requests)$/ },
			({ path }) => ({
				path: `./${path.split('/').at(-1)}`,
				external: true,
			}),
		),
};

/** @type {import('esbuild').BuildOptions[]} */
const product = [
	{
		...common,
		// Several bundles, so that nothing waits for code that it doesn't run.
		entryPoints: {
			extension: 'src/extension.ts',
			agents: 'src/agents.ts',
			main: 'src/main.ts',
			gatewayPolicy: 'src/gatewayPolicy.ts',
			keys: 'src/keys.ts',
			keySearch: 'src/keySearch.ts',
			onDemand: 'src/onDemand.ts',
			requests: 'src/requests.ts',
		},
		outdir: 'out',
		platform: 'node',
		format: 'cjs',
		target: 'node22',
		external: ['vscode', './main'],
		plugins: [separateBundles],
		// graceful-fs patches `fs` for every extension in the window, and only helps programs that open thousands of files at once.
		alias: { 'graceful-fs': 'node:fs', '@vscode/l10n': '@vscode/l10n/dist/browser.js' },
		// `import()` becomes `require()`, because only `require` can load the `vscode` module.
		supported: { 'dynamic-import': false },
		// For packages that ship both formats, ES modules make a smaller bundle than CommonJS.
		mainFields: ['module', 'main'],
	},
	{
		...common,
		entryPoints: {
			cli: 'src/cli/main.ts',
			commandHelp: 'src/cli/commandHelp.ts',
			headlessGateway: 'src/cli/headlessGateway.ts',
			mcp: 'src/cli/mcp.ts',
			policyCommand: 'src/cli/policyCommand.ts',
			gateway: 'src/gatewayWorker.ts',
			openApi: 'src/openApiWorker.ts',
		},
		outdir: 'out',
		platform: 'node',
		format: 'cjs',
		// Tests and the benchmark run these in the Node version that builds the extension.
		target: 'node20',
		plugins: [separateBundles],
		// `import()` becomes `require()`, which finds a bundle without its extension.
		supported: { 'dynamic-import': false },
		mainFields: ['module', 'main'],
	},
	{
		...common,
		entryPoints: { wizard: 'webview/wizard/main.tsx', details: 'webview/details/main.tsx', review: 'webview/review/main.tsx' },
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
			// Playwright compiles the tests of the other suites itself.
			...['unit', 'attacks', 'gateway', 'editor'].map((suite) => `test/${suite}/**/*.test.ts`),
			'test/*.ts',
			'test/host/*.ts',
			'test/bench/*.ts',
			'test/editor/index.ts',
			'test/support/**/*Child.ts',
			'test/support/coverage/*Hook.ts',
		],
		outbase: 'test',
		outdir: 'out/test',
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		packages: 'external',
		external: ['vscode'],
	},
	{
		...common,
		logLevel: 'warning',
		entryPoints: ['test/support/page/gallery/main.ts', 'test/support/page/gallery/gallery.css'],
		outdir: 'out/test/pageGallery',
		alias: {
			'node:crypto': './test/support/page/gallery/browserCrypto.ts',
			'node:url': './test/support/page/gallery/browserUrl.ts',
		},
		platform: 'browser',
		format: 'iife',
		target: 'chrome134',
	},
];

/**
 * Folders of keytar's prebuilt native modules, by VS Code platform. The package's `linux-arm` prebuild is for a different ARM version
 * than VS Code's armhf, and there's no usable one for Alpine on ARM.
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
	const results = await Promise.all(product.map((target) => build(target)));
	writeThirdPartyNotices(results.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
	collectCommandLinePackage(Object.assign({}, ...results.map(({ metafile }) => metafile.outputs)));
	checkBudgets();
} else {
	// Otherwise, tests whose sources were deleted would still run.
	await rm('out/test', { recursive: true, force: true });
	for (const target of [...product, ...tests]) {
		await (watch ? (await context(target)).watch() : build(target));
	}
}

/** Native modules can't be bundled. */
async function copyKeytar() {
	if (!existsSync('node_modules/keytar')) {
		console.warn('keytar is not installed, so this build has no keychain support.');
		return;
	}
	await copyChanged('node_modules/keytar/LICENSE.md', 'out/keytar/LICENSE.md');
	for (const [platform, prebuilt] of Object.entries(keytar)) {
		await copyChanged(`node_modules/keytar/prebuilds/${prebuilt}/keytar.node`, `out/keytar/${platform}/keytar.node`);
	}
}

/** Replaces the file only if it differs: overwriting a native module crashes processes that have loaded it. */
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
			console.error(`${files.join(' + ')} is ${total - limit} bytes over budget.`);
			process.exitCode = 1;
		}
	}
}
