import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { repositoryRoot } from './paths';

/** Copies extensions to where VS Code finds them when it starts. */
export async function installExtensions(folders: readonly string[], extensionsDir: string): Promise<void> {
	await mkdir(extensionsDir, { recursive: true });
	for (const folder of folders) {
		await cp(folder, await installedFolder(folder, extensionsDir), { recursive: true, dereference: true });
	}
}

/**
 * Copies the files of this extension that a package would contain, as they're built now, to where VS Code finds installed extensions.
 * There it runs as users run it: in production mode, and in a window without “[Extension Development Host]” in its title.
 */
export async function installThisExtension(extensionsDir: string): Promise<void> {
	const installed = await installedFolder(repositoryRoot, extensionsDir);
	for (const file of await listPackagedFiles()) {
		await mkdir(dirname(join(installed, file)), { recursive: true });
		await cp(join(repositoryRoot, file), join(installed, file), { dereference: true });
	}
}

/**
 * Paths of the files that a package would contain. vsce would also search all other folders, of which `node_modules` takes 20 seconds, so it
 * gets a folder with links to only those parts of the project that `.vscodeignore` includes.
 */
async function listPackagedFiles(): Promise<readonly string[]> {
	const patterns = await readFile(join(repositoryRoot, '.vscodeignore'), 'utf8');
	const included = new Set([...patterns.matchAll(/^!([^/*\r\n]+)(?=\/|\r?$)/gm)].map(([, name]) => name!));
	const translations = (await readdir(repositoryRoot)).filter((name) => /^package\.nls.*\.json$/.test(name));
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-files-'));
	try {
		for (const name of ['.vscodeignore', ...included, ...translations]) {
			if (existsSync(join(repositoryRoot, name))) {
				await symlink(join(repositoryRoot, name), join(folder, name), 'junction');
			}
		}
		// vsce has an option to follow links, which its types lack.
		const options = { cwd: folder, packageManager: PackageManager.None, followSymlinks: true };
		return await listFiles(options);
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** Where VS Code expects the extension with the manifest in `folder`. */
async function installedFolder(folder: string, extensionsDir: string): Promise<string> {
	const text = await readFile(join(folder, 'package.json'), 'utf8');
	const { publisher, name, version } = JSON.parse(text) as Record<'publisher' | 'name' | 'version', string>;
	return join(extensionsDir, `${publisher}.${name}-${version}`);
}
