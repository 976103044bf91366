import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../host/paths';

interface Manifest {
	readonly repository: { readonly url: string };
	readonly bugs: { readonly url: string };
	readonly homepage: string;
	readonly qna: string;
	readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface LockFile {
	readonly packages: Readonly<Record<string, { readonly name?: string; readonly hasInstallScript?: boolean }>>;
}

const read = (path: string) => JSON.parse(readFileSync(join(repositoryRoot, path), 'utf8')) as unknown;

describe('the repository', () => {
	const manifest = read('package.json') as Manifest;

	it('is the same in all links of the manifest', () => {
		const url = manifest.repository.url.replace(/\.git$/, '');
		for (const link of [manifest.bugs.url, manifest.homepage, manifest.qna]) {
			assert.ok(/^[/#]/.test(link.slice(url.length)) && link.startsWith(url), link);
		}
	});

	it('decides for each dependency with an install script whether the script runs', () => {
		const { packages } = read('package-lock.json') as LockFile;
		const withScripts = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
		const names = withScripts.map(([path, { name }]) => name ?? path.replace(/^.*node_modules\//, ''));
		assert.deepEqual(names.sort(), Object.keys(manifest.allowScripts).sort());
	});
});
