import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository's root folder. Bundles are at different depths below it, so this searches upward for package.json. */
export const repositoryRoot = findRepositoryRoot(__dirname);

/** Git-ignored folder for everything that the tests and `npm start` install and store. */
export const cacheFolder = join(repositoryRoot, '.vscode-test');

function findRepositoryRoot(folder: string): string {
	return existsSync(join(folder, 'package.json')) ? folder : findRepositoryRoot(dirname(folder));
}
