import { execFile } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { repositoryRoot } from '../host/paths';
import type { Row } from './resultTable';

/** What is shipped, as `npm run package` builds it. Leaves the production build in `out/`. */
export async function measureSizes(): Promise<readonly Row[]> {
	const vsix = join(repositoryRoot, 'connect-tokens.vsix');
	await promisify(execFile)('npm', ['run', 'package'], { cwd: repositoryRoot, shell: process.platform === 'win32' });
	const { size } = await stat(vsix);
	await rm(vsix);
	const page = async (name: string) => {
		const parts = await Promise.all(['js', 'css'].map((ending) => readFile(join(repositoryRoot, `out/webview/${name}.${ending}`))));
		return parts.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
	};
	const bundle = async (name: string) => (await stat(join(repositoryRoot, `out/${name}.js`))).size;
	return [
		{ label: 'host bundle that activation loads, minified', figure: kilobytes(await bundle('extension')), target: 'under 150 KB' },
		{ label: 'host bundle that is loaded after the start, minified', figure: kilobytes(await bundle('main')) },
		{ label: 'bundle of the gateway’s worker, minified', figure: kilobytes(await bundle('gateway')) },
		{ label: 'wizard page, script and style, gzipped', figure: kilobytes(await page('wizard')), target: 'under 70 KB' },
		{ label: 'details page, script and style, gzipped', figure: kilobytes(await page('details')), target: 'under 70 KB' },
		{ label: 'VSIX', figure: kilobytes(size) },
	];
}

function kilobytes(bytes: number): string {
	return `${(bytes / 1000).toFixed(1)} KB`;
}
