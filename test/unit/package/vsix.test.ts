import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { repositoryRoot } from '../../host/paths';
import { GatewayServers } from '../../support/gateway/gatewayServers';
import { HeadlessGateways, toPolicyToken } from '../../support/gateway/headlessProcess';
import { issueToken } from '../../support/gateway/memoryTokens';
import { findFreePorts } from '../../support/freePorts';
import { readCodeBlocks } from '../../support/readme';
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

const COMMAND_LINE_BUNDLES = ['cli.js', 'commandHelp.js', 'headlessGateway.js', 'mcp.js', 'policyCommand.js'];
const BUNDLES = [
	...COMMAND_LINE_BUNDLES,
	'main.js',
	'keys.js',
	'keySearch.js',
	'onDemand.js',
	'openApi.js',
	'agents.js',
	'requests.js',
	'extension.js',
	'gateway.js',
	'webview/wizard.js',
	'webview/details.js',
	'webview/details.css',
	'webview/review.js',
	'webview/review.css',
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
		const shipped = ['@github/keytar', '@vscode/codicons', ...(await bundledPackages(BUNDLES))];
		assert.deepEqual(
			shipped.filter((name) => !notices.includes(`\n${name} `)),
			[],
		);
	});

	describe('of the command line', () => {
		let prefix: string;
		let root: string;
		let program: string;
		const gateways = new HeadlessGateways(() => program);
		const servers = new GatewayServers();

		/** Without anything of the machine that tests run on, besides Node.js. */
		const environment = () => ({ ...uninstrumentedEnvironment(), HOME: prefix, npm_config_prefix: prefix, npm_config_offline: 'true' });

		before(async function () {
			if (process.platform === 'win32') {
				return this.skip();
			}
			prefix = await mkdtemp(join(tmpdir(), 'connect-tokens-prefix-'));
			const [install] = readCodeBlocks('Without an editor', 'sh', 'SU-000-000-000');
			await run('sh', ['-ec', install!], { cwd: folder, env: environment() });
			root = join(prefix, 'lib/node_modules/connect-tokens-cli');
			program = join(prefix, 'bin/connect-tokens');
		});
		after(() => prefix && rm(prefix, { recursive: true, force: true }));
		afterEach(() => servers.stopAll());

		it('contains only what the command line needs, and no dependencies', async () => {
			assert.deepEqual(
				(await readdir(root, { recursive: true, withFileTypes: true }))
					.filter((entry) => entry.isFile())
					.map(({ name }) => name)
					.sort(),
				[
					...[
						'LICENSE',
						'README.md',
						'ThirdPartyNotices.txt',
						'cli.js',
						'commandHelp.js',
						'connect-tokens.js',
						'gateway-without-an-editor.md',
					],
					...['headlessGateway.js', 'mcp.js', 'package.json', 'package.nls.json', 'policyCommand.js'],
				],
			);
			const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
			assert.deepEqual(
				Object.keys(manifest).filter((name) => /dependencies|scripts/i.test(name)),
				[],
			);
			assert.deepEqual(manifest.engines, { node: '>=20.19' });
		});

		it('has a README whose links lead to its own sections and files', async () => {
			const readme = await readFile(join(root, 'README.md'), 'utf8');
			const sections = Array.from(readme.matchAll(/^#+ (.+)$/gm), ([, heading]) =>
				heading!
					.toLowerCase()
					.replace(/[^\w -]/g, '')
					.replaceAll(' ', '-'),
			);
			const targets = Array.from(readme.matchAll(/\]\(([^)]+)\)/g), ([, target]) => target!);
			assert.ok(targets.length > 2, readme);
			for (const target of targets) {
				assert.ok(target.startsWith('#') ? sections.includes(target.slice(1)) : existsSync(join(root, target)), target);
			}
		});

		it('contains the license of every package that it contains, and of no other', async () => {
			const notices = await readFile(join(root, 'ThirdPartyNotices.txt'), 'utf8');
			const shipped = await bundledPackages(COMMAND_LINE_BUNDLES);
			assert.deepEqual(
				shipped.filter((name) => !notices.includes(`\n${name} `)),
				[],
			);
			assert.match(notices, /\nllhttp as part of undici /);
			assert.doesNotMatch(notices, /keytar|preact|path-browserify/);
		});

		it('runs without the extension', async () => {
			const { version } = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8')) as { version: string };
			assert.equal((await run(program, ['--version'], { env: environment() })).stdout, `connect-tokens ${version}\n`);
			assert.match((await run(program, ['help'], { env: environment() })).stdout, /^ {2}gateway {5}Run the gateway without an editor$/m);
			const client = new Client({ name: 'test', version: '1' });
			await client.connect(
				new StdioClientTransport({ command: program, args: ['mcp'], env: { HOME: prefix, PATH: process.env.PATH ?? '' } }),
			);
			const { tools } = await client.listTools();
			await client.close();
			assert.ok(tools.length > 3 && tools.every(({ description }) => /^[A-Z].*\.$/s.test(description ?? '')), JSON.stringify(tools));
		});

		it('runs the gateway of a CI job as the README does', async () => {
			const owner = issueToken();
			const api = await servers.upstream((_, response) => response.end('fine'));
			await mkdir(join(gateways.folder, 'gateway-policy'));
			await gateways.write([toPolicyToken(owner.token)]);
			await cp(join(gateways.folder, 'policy.json'), join(gateways.folder, 'gateway-policy/policy.json'));
			const [port] = await findFreePorts(1);
			const test = `fetch('http://127.0.0.1:${port}/public/v1/products', { headers: { Authorization: process.env.API_KEY } }).then(({ status }) => console.log('status', status))`;
			await writeFile(join(gateways.folder, 'test.js'), test);
			await writeFile(join(gateways.folder, 'package.json'), JSON.stringify({ scripts: { test: 'node test.js' } }));
			const [, block] = readCodeBlocks('Without an editor', 'sh', owner.token.id);
			const commands = block!
				.replace('https://api.connect.cloudblue.com', api)
				.replace('gateway --policy', `gateway --bind 127.0.0.1:${port} --policy`)
				.replaceAll(':7357', `:${port}`);
			const { stdout } = await run('sh', ['-ec', commands], {
				cwd: gateways.folder,
				env: {
					...environment(),
					PATH: `${join(prefix, 'bin')}:${process.env.PATH}`,
					STAGING_API_KEY: 'Bearer staging',
					API_KEY: owner.authorization,
				},
			});
			assert.match(stdout, /^ok$/m);
			assert.match(stdout, /^status 200$/m);
			assert.match(await readFile(join(gateways.folder, 'requests.jsonl'), 'utf8'), /^\{.*"path":"\/products","status":200.*\}\n$/);
			assert.match(await readFile(join(gateways.folder, 'counts.json'), 'utf8'), /"200": 1/);
		});

		it('runs the gateway in a container as the README does', async () => {
			const owner = issueToken();
			const api = await servers.upstream((_, response) => response.end('fine'));
			await gateways.write([toPolicyToken(owner.token)]);
			const [dockerfile] = readCodeBlocks('Without an editor', 'dockerfile', owner.token.id);
			const [command, subcommand, ...args] = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile!)?.[1] ?? '[]') as string[];
			assert.deepEqual([command, subcommand], ['connect-tokens', 'gateway']);
			const [port] = await findFreePorts(1);
			const replacements: Record<string, string> = {
				'/policy': gateways.folder,
				'https://api.connect.cloudblue.com/public/v1': `${api}/public/v1`,
				'0.0.0.0:7357': `0.0.0.0:${port}`,
			};
			const gateway = gateways.startWith(args.map((arg) => replacements[arg] ?? arg));
			const { port: listening } = new URL(await gateway.url());
			assert.equal(Number(listening), port);
			const { stdout } = await run('curl', [
				...['--silent', '--header', 'Host: gateway:7357', '--header', `Authorization: ${owner.authorization}`],
				`http://127.0.0.1:${port}/public/v1/products`,
			]);
			assert.equal(stdout, 'fine');
		});
	});
});

/** Names of the packages in bundles of the build under test, according to their source maps. */
async function bundledPackages(bundles: readonly string[]): Promise<string[]> {
	const sources = await Promise.all(
		bundles.map(
			async (name) => (JSON.parse(await readFile(join(repositoryRoot, 'out', `${name}.map`), 'utf8')) as { sources: string[] }).sources,
		),
	);
	const names = sources.flat().flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []);
	assert.ok(names.includes('undici'), "The source maps don't contain any packages.");
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
