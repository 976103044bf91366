import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../host/paths';
import { uninstrumentedEnvironment } from '../../support/uninstrumentedEnvironment';

const run = promisify(execFile);

/** Files that the package may contain. */
const ALLOWED_FILES = [
	/^\[Content_Types\]\.xml$/,
	/^extension\.vsixmanifest$/,
	/^extension\/(package\.json|package\.nls(\.[\w-]+)?\.json|readme\.md|changelog\.md|LICENSE\.txt|ThirdPartyNotices\.txt)$/,
	/^extension\/docs\/connect-tokens\.d\.ts$/,
	/^extension\/l10n\/bundle\.l10n(\.[\w-]+)?\.json$/,
	/^extension\/media\/[\w-]+(\.nls\.es)?\.(svg|png|md)$/,
	/^extension\/syntaxes\/http\.tmLanguage\.json$/,
	/^extension\/out\/(agents|cli|commandHelp|extension|gateway|gatewayPolicy|headlessGateway|keys|keySearch|main|mcp|onDemand|openApi|policyCommand|requests)\.js$/,
	/^extension\/out\/keytar\/(LICENSE\.md|\w+-\w+\/keytar\.node)$/,
	/^extension\/out\/webview\/[\w-]+\.(js|css|ttf)$/,
];
const REQUIRED_FILES = [
	'extension/package.json',
	'extension/package.nls.json',
	'extension/readme.md',
	'extension/changelog.md',
	'extension/LICENSE.txt',
	'extension/ThirdPartyNotices.txt',
	'extension/docs/connect-tokens.d.ts',
	'extension/syntaxes/http.tmLanguage.json',
	'extension/out/cli.js',
	'extension/out/commandHelp.js',
	'extension/out/headlessGateway.js',
	'extension/out/mcp.js',
	'extension/out/extension.js',
	'extension/out/gateway.js',
	'extension/out/gatewayPolicy.js',
	'extension/out/policyCommand.js',
	'extension/out/main.js',
	'extension/out/keys.js',
	'extension/out/keySearch.js',
	'extension/out/onDemand.js',
	'extension/out/openApi.js',
	'extension/out/agents.js',
	'extension/out/requests.js',
	...['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'].map(
		(platform) => `extension/out/keytar/${platform}/keytar.node`,
	),
	'extension/out/webview/wizard.js',
	'extension/out/webview/wizard.css',
	'extension/out/webview/details.js',
	'extension/out/webview/details.css',
	'extension/out/webview/review.js',
	'extension/out/webview/review.css',
	'extension/out/webview/codicon.ttf',
];

describe('the package', function () {
	this.timeout(180_000);
	let folder: string;
	let files: string[];

	before(async () => {
		// In a copy, because packaging replaces the build under test with a production build.
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-package-'));
		const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: repositoryRoot });
		for (const path of stdout.split('\n').filter(Boolean)) {
			await cp(join(repositoryRoot, path), join(folder, path)).catch(ignoreMissing);
		}
		await symlink(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
		await run('npm', ['run', 'package'], { cwd: folder, env: uninstrumentedEnvironment(), shell: process.platform === 'win32' });
		files = await listZipEntries(join(folder, 'connect-tokens.vsix'));
	});

	after(() => rm(folder, { recursive: true, force: true }));

	it('contains only files that the extension needs', () => {
		assert.deepEqual(
			files.filter((file) => !ALLOWED_FILES.some((pattern) => pattern.test(file))),
			[],
		);
	});

	it('contains all files that the extension needs', () => {
		assert.deepEqual(
			REQUIRED_FILES.filter((file) => !files.includes(file)),
			[],
		);
	});

	it('contains the license of every bundled or copied package', async () => {
		const notices = await readFile(join(folder, 'ThirdPartyNotices.txt'), 'utf8');
		const shipped = ['@github/keytar', '@vscode/codicons', ...(await bundledPackages())];
		assert.deepEqual(
			shipped.filter((name) => !notices.includes(`\n${name} `)),
			[],
		);
	});
});

/** Names of the packages in the build under test, according to its source maps. */
async function bundledPackages(): Promise<string[]> {
	const maps = [
		'main.js',
		'cli.js',
		'commandHelp.js',
		'headlessGateway.js',
		'mcp.js',
		'keys.js',
		'keySearch.js',
		'onDemand.js',
		'openApi.js',
		'agents.js',
		'requests.js',
		'extension.js',
		'gateway.js',
		'gatewayPolicy.js',
		'policyCommand.js',
		'webview/wizard.js',
		'webview/details.js',
		'webview/details.css',
		'webview/review.js',
		'webview/review.css',
	];
	const sources = await Promise.all(
		maps.map(
			async (name) => (JSON.parse(await readFile(join(repositoryRoot, 'out', `${name}.map`), 'utf8')) as { sources: string[] }).sources,
		),
	);
	const names = sources.flat().flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []);
	assert.ok(names.includes('preact') && names.includes('undici'), "The source maps don't contain any packages.");
	return [...new Set(names)];
}

/** Reads the names in the central directory of a ZIP file. Its last record contains the directory's offset and number of entries. */
async function listZipEntries(path: string): Promise<string[]> {
	const bytes = await readFile(path);
	const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
	let entry = bytes.readUInt32LE(end + 16);
	return Array.from({ length: bytes.readUInt16LE(end + 10) }, () => {
		const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(entry + offset)) as [number, number, number];
		const text = bytes.toString('utf8', entry + 46, entry + 46 + name);
		entry += 46 + name + extra + comment;
		return text;
	});
}

/** Ignores files that Git still tracks although they have been deleted. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
	if (error.code !== 'ENOENT') {
		throw error;
	}
}
