import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeleted } from '../../../src/storage/deletedPaths';

describe('the check whether a path was deleted', () => {
	let root: string;

	beforeEach(async () => {
		root = await mkdtemp(join(tmpdir(), 'connect-tokens-deleted-'));
	});

	afterEach(() => rm(root, { recursive: true, force: true }));

	it('finds folders and files that were deleted, moved, or below such a folder', () => {
		const path = join(root, 'parent', 'project');
		mkdirSync(path, { recursive: true });
		assert.equal(isDeleted(path), false);
		renameSync(path, join(root, 'moved'));
		assert.equal(isDeleted(path), true);
		rmSync(join(root, 'parent'), { recursive: true });
		assert.equal(isDeleted(path), true);
		writeFileSync(join(root, 'parent'), '');
		assert.equal(isDeleted(path), true);
		assert.equal(isDeleted(join(root, 'parent')), false);
	});

	it('does not take what is not reachable for deleted', () => {
		const link = join(root, 'link');
		symlinkSync(join(root, 'disconnected'), link);
		assert.equal(isDeleted(link), false);
		assert.equal(isDeleted(join(link, 'project')), false);
		for (const drive of ['/Volumes/Disconnected', '/media/someone/disconnected', '/run/media/someone/disconnected', '/mnt/disconnected']) {
			assert.equal(isDeleted(`${drive}/project`), false, drive);
		}
		assert.equal(isDeleted(join(root, 'x'.repeat(300), 'project')), false, 'an error');
	});
});
