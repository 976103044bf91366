import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository's folder. Bundles lie at differing depths below it, so it is looked for upwards. */
export const repositoryRoot = findRepositoryRoot(__dirname);

/** What the tests and `npm start` install and keep; git ignores it. */
export const cacheFolder = join(repositoryRoot, '.vscode-test');

function findRepositoryRoot(folder: string): string {
	return existsSync(join(folder, 'package.json')) ? folder : findRepositoryRoot(dirname(folder));
}
