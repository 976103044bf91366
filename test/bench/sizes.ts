import { execFile } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { root } from '../host/paths';
import type { Row } from './table';

/** What is shipped, as `npm run package` builds it. Leaves the production build in `out/`. */
export async function measureSizes(): Promise<readonly Row[]> {
	const vsix = join(root, 'connect-tokens.vsix');
	await promisify(execFile)('npm', ['run', 'package'], { cwd: root, shell: process.platform === 'win32' });
	const { size } = await stat(vsix);
	await rm(vsix);
	const page = async (name: string) => {
		const parts = await Promise.all(['js', 'css'].map((ending) => readFile(join(root, `out/webview/${name}.${ending}`))));
		return parts.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
	};
	const bundle = async (name: string) => (await stat(join(root, `out/${name}.js`))).size;
	return [
		{ what: 'host bundle that activation loads, minified', figure: kilobytes(await bundle('extension')), aim: 'under 150 KB' },
		{ what: 'host bundle that is loaded after the start, minified', figure: kilobytes(await bundle('main')) },
		{ what: 'bundle of the gateway’s worker, minified', figure: kilobytes(await bundle('gateway')) },
		{ what: 'wizard page, script and style, gzipped', figure: kilobytes(await page('wizard')), aim: 'under 70 KB' },
		{ what: 'details page, script and style, gzipped', figure: kilobytes(await page('details')), aim: 'under 70 KB' },
		{ what: 'VSIX', figure: kilobytes(size) },
	];
}

function kilobytes(bytes: number): string {
	return `${(bytes / 1000).toFixed(1)} KB`;
}
