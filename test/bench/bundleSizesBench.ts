import { execFile } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { repositoryRoot } from '../host/paths';
import type { Row } from './resultTable';

/** Measures the sizes of what `npm run package` builds. Leaves the production build in `out/`. */
export async function measureSizes(): Promise<readonly Row[]> {
	const vsix = join(repositoryRoot, 'connect-tokens.vsix');
	await promisify(execFile)('npm', ['run', 'package'], { cwd: repositoryRoot, shell: process.platform === 'win32' });
	const { version } = JSON.parse(await readFile(join(repositoryRoot, 'package.json'), 'utf8')) as { version: string };
	const commandLine = join(repositoryRoot, `connect-tokens-cli-${version}.tgz`);
	const [{ size }, { size: commandLineSize }] = await Promise.all([stat(vsix), stat(commandLine)]);
	await Promise.all([rm(vsix), rm(commandLine)]);
	const pageSize = async (name: string) => {
		const parts = await Promise.all(['js', 'css'].map((extension) => readFile(join(repositoryRoot, `out/webview/${name}.${extension}`))));
		return parts.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
	};
	const bundleSize = async (name: string) => (await stat(join(repositoryRoot, `out/${name}.js`))).size;
	return [
		{ label: 'extension.js, loaded on activation, minified', figure: kilobytes(await bundleSize('extension')), target: 'under 150 KB' },
		{ label: 'main.js, loaded later, minified', figure: kilobytes(await bundleSize('main')) },
		{ label: 'gateway.js, the gateway worker, minified', figure: kilobytes(await bundleSize('gateway')) },
		{ label: 'wizard page, script and style sheet, gzipped', figure: kilobytes(await pageSize('wizard')), target: 'under 70 KB' },
		{ label: 'details page, script and style sheet, gzipped', figure: kilobytes(await pageSize('details')), target: 'under 70 KB' },
		{ label: 'VSIX', figure: kilobytes(size) },
		{ label: 'npm package of the command line', figure: kilobytes(commandLineSize) },
	];
}

function kilobytes(bytes: number): string {
	return `${(bytes / 1000).toFixed(1)} KB`;
}
