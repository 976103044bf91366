import { cp, mkdir, readFile } from 'node:fs/promises';
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
	for (const file of await listFiles({ cwd: repositoryRoot, packageManager: PackageManager.None })) {
		await mkdir(dirname(join(installed, file)), { recursive: true });
		await cp(join(repositoryRoot, file), join(installed, file), { dereference: true });
	}
}

/** Where VS Code expects the extension with the manifest in `folder`. */
async function installedFolder(folder: string, extensionsDir: string): Promise<string> {
	const text = await readFile(join(folder, 'package.json'), 'utf8');
	const { publisher, name, version } = JSON.parse(text) as Record<'publisher' | 'name' | 'version', string>;
	return join(extensionsDir, `${publisher}.${name}-${version}`);
}
