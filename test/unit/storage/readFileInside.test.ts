import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileInside } from '../../../src/storage/readFileInside';

describe('readFileInside', () => {
	let root: string;
	let workspace: string;

	beforeEach(async () => {
		root = await mkdtemp(join(tmpdir(), 'connect-tokens-inside-'));
		workspace = join(root, 'workspace');
		await mkdir(join(workspace, 'folder'), { recursive: true });
		await mkdir(join(root, 'workspace-other'));
		await writeFile(join(workspace, 'folder', 'a.http'), 'é');
		await writeFile(join(workspace, '..a.http'), 'dots');
		await writeFile(join(root, 'workspace-other', 'b.http'), 'outside');
	});

	afterEach(() => rm(root, { recursive: true, force: true }));

	const read = (path: string, maxBytes = 100) => readFileInside(join(workspace, path), [workspace], maxBytes);

	it('reads files in a folder, in UTF-8', async () => {
		assert.equal(await read('folder/a.http'), 'é');
		assert.equal(await read('folder/../folder/a.http'), 'é');
		assert.equal(await read('..a.http'), 'dots');
	});

	it('reads no file outside, no folder, no missing file, and no file that is too large', async () => {
		assert.equal(await read('../workspace-other/b.http'), undefined);
		assert.equal(await read('folder'), undefined);
		assert.equal(await read('missing.http'), undefined);
		assert.equal(await read('folder/a.http', 1), undefined);
		assert.equal(await read('folder/a.http', 2), 'é');
		assert.equal(await readFileInside(join(workspace, 'folder', 'a.http'), [], 100), undefined);
	});

	it('follows symbolic links only if they lead inside', async function () {
		if (process.platform === 'win32') {
			this.skip();
		}
		await symlink(join(root, 'workspace-other', 'b.http'), join(workspace, 'out.http'));
		await symlink(join(root, 'workspace-other'), join(workspace, 'out'));
		await symlink(join(workspace, 'folder'), join(workspace, 'in'));
		await symlink(join(workspace, 'loop.http'), join(workspace, 'loop.http'));
		assert.equal(await read('out.http'), undefined);
		assert.equal(await read('out/b.http'), undefined);
		assert.equal(await read('loop.http'), undefined);
		assert.equal(await read('in/a.http'), 'é');
	});

	it('reads files of a folder that is a symbolic link itself', async function () {
		if (process.platform === 'win32') {
			this.skip();
		}
		await symlink(workspace, join(root, 'link'));
		assert.equal(await readFileInside(join(root, 'link', 'folder', 'a.http'), [join(root, 'link')], 100), 'é');
	});
});
