import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLog } from '../../../src/domain/log';
import { filterTrackedFiles } from '../../../src/storage/trackedFiles';

describe('filterTrackedFiles', () => {
	let folder: string;

	beforeEach(async () => {
		folder = await realpath(await mkdtemp(join(tmpdir(), 'connect-tokens-tracked-')));
	});

	afterEach(() => rm(folder, { recursive: true, force: true }));

	async function writeFiles(...names: string[]): Promise<void> {
		for (const name of names) {
			await mkdir(dirname(join(folder, name)), { recursive: true });
			await writeFile(join(folder, name), 'text');
		}
	}

	const runGit = (subfolder: string, ...args: string[]) =>
		execFileSync('git', ['-c', 'user.name=Someone', '-c', 'user.email=someone@example.com', ...args], {
			cwd: join(folder, subfolder),
			stdio: 'ignore',
		});
	const listTracked = async (...names: string[]) =>
		Array.from(
			await filterTrackedFiles(
				names.map((name) => join(folder, name)),
				silentLog,
			),
			(path) => path.slice(folder.length + 1),
		).sort();

	it('finds tracked files in sibling and nested repositories and in linked working trees', async () => {
		await writeFiles('one/a.txt', 'one/new.txt', 'one/inner/b.txt', 'one/inner/new.txt', 'two/deep/c.txt', 'none/d.txt');
		for (const repository of ['one/inner', 'one', 'two']) {
			runGit(repository, 'init');
		}
		runGit('one/inner', 'add', 'b.txt');
		runGit('one', 'add', 'a.txt');
		runGit('two', 'add', '.');
		runGit('two', 'commit', '-m', 'First');
		runGit('two', 'worktree', 'add', '../tree');
		assert.deepEqual(
			await listTracked(
				'one/a.txt',
				'one/new.txt',
				'one/inner/b.txt',
				'one/inner/new.txt',
				'two/deep/c.txt',
				'tree/deep/c.txt',
				'none/d.txt',
			),
			['one/a.txt', 'one/inner/b.txt', 'tree/deep/c.txt', 'two/deep/c.txt'],
		);
	});

	it('returns only requested files, regardless of their names', async () => {
		await writeFiles('-x', ':(top)', 'a[1].txt', 'a1.txt', 'é.txt', 'other.txt');
		runGit('', 'init');
		runGit('', '--literal-pathspecs', 'add', '--', '-x', ':(top)', 'a1.txt', 'é.txt', 'other.txt');
		assert.deepEqual(await listTracked('-x', ':(top)', 'a[1].txt', 'é.txt'), ['-x', ':(top)', 'é.txt']);
	});
});
