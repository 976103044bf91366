import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from './paths';
import { testedVersion } from './testedVersion';

/** The built-in extensions that the tests use: themes, the languages and notebooks of the files that they open, and a debugger. */
const USED_EXTENSIONS = [
	'configuration-editing',
	'ipynb',
	'json',
	'markdown-basics',
	'ms-vscode.js-debug',
	'theme-defaults',
	'theme-modern-icons',
	'theme-seti',
];

/**
 * Returns a folder with links to those built-in extensions that the tests use. With all of them, opening a window takes a third more
 * processor time.
 * @param main the server's entry script
 */
export async function linkUsedBuiltInExtensions(main: string): Promise<string> {
	const folder = join(cacheFolder, 'built-in-extensions', testedVersion());
	await mkdir(folder, { recursive: true });
	await Promise.all(USED_EXTENSIONS.map((name) => linkFolder(join(dirname(dirname(main)), 'extensions', name), join(folder, name))));
	return folder;
}

async function linkFolder(target: string, path: string): Promise<void> {
	try {
		await symlink(target, path, 'junction');
	} catch (error) {
		// Another worker may have created it.
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
			throw error;
		}
	}
}
