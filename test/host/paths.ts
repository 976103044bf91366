import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository's folder. Bundles lie at differing depths below it, so it is looked for upwards. */
export const root = upwards(__dirname);

/** What the tests and `npm start` install and keep; git ignores it. */
export const cache = join(root, '.vscode-test');

function upwards(folder: string): string {
	return existsSync(join(folder, 'package.json')) ? folder : upwards(dirname(folder));
}
