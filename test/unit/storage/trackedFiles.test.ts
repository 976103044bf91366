import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLog } from '../../../src/domain/log';
import { filterIgnoredFiles, filterTrackedFiles } from '../../../src/storage/trackedFiles';

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

describe('filterIgnoredFiles', () => {
	let folder: string;
	const { HOME, XDG_CONFIG_HOME } = process.env;

	beforeEach(async () => {
		folder = await realpath(await mkdtemp(join(tmpdir(), 'connect-tokens-ignored-')));
		process.env.HOME = join(folder, 'home');
		process.env.XDG_CONFIG_HOME = join(folder, 'config');
	});

	afterEach(async () => {
		for (const [name, value] of Object.entries({ HOME, XDG_CONFIG_HOME })) {
			if (value === undefined) {
				Reflect.deleteProperty(process.env, name);
			} else {
				process.env[name] = value;
			}
		}
		await rm(folder, { recursive: true, force: true });
	});

	async function writeFiles(files: Record<string, string>): Promise<void> {
		for (const [name, text] of Object.entries(files)) {
			await mkdir(dirname(join(folder, name)), { recursive: true });
			await writeFile(join(folder, name), text);
		}
	}

	const runGit = (subfolder: string, ...args: string[]) => execFileSync('git', args, { cwd: join(folder, subfolder), stdio: 'ignore' });
	const listIgnored = async (...names: string[]) =>
		Array.from(
			await filterIgnoredFiles(
				names.map((name) => join(folder, name)),
				silentLog,
			),
			(path) => path.slice(folder.length + 1),
		).sort();

	it('finds files that any of the ignore files ignores, but not tracked ones', async () => {
		await writeFiles({
			'config/git/ignore': '*.global\n',
			'one/.gitignore': '*.log\nbuild/\n',
			'one/sub/.gitignore': '!kept.log\n',
			'one/tracked.log': '',
			'one/inner/inner.txt': '',
		});
		runGit('one/inner', 'init');
		runGit('one', 'init');
		runGit('one', 'add', '--force', 'tracked.log');
		await writeFiles({ 'one/.git/info/exclude': '*.excluded\n' });
		const ignored = [
			'one/a.log',
			'one/build/a.txt',
			'one/sub/a.excluded',
			'one/sub/a.global',
			'one/inner/a.global',
			'one/sub/-é [1].log',
			'one/:(top).log',
		];
		const others = ['one/tracked.log', 'one/sub/kept.log', 'one/a.txt', 'one/inner/a.log', 'one/inner/a.excluded', 'none/a.log'];
		await writeFiles(Object.fromEntries([...ignored, ...others].map((name) => [name, ''])));
		assert.deepEqual(await listIgnored(...ignored, ...others), ignored.sort());
		assert.deepEqual(await listIgnored(...others), []);
		assert.deepEqual(await listIgnored(), []);
	});

	it('finds files that are ignored by a file that the configuration of the user names', async () => {
		await writeFiles({
			'home/.gitconfig': '[core]\n\texcludesFile = ~/ignored\n',
			'home/ignored': '*.mine\n',
			'one/a.mine': '',
			'one/a.txt': '',
		});
		runGit('one', 'init');
		assert.deepEqual(await listIgnored('one/a.mine', 'one/a.txt'), ['one/a.mine']);
	});

	it('finds nothing if Git cannot read the repository', async () => {
		await writeFiles({ 'one/.git/HEAD': 'nothing', 'one/.gitignore': '*', 'one/a.txt': '' });
		assert.deepEqual(await listIgnored('one/a.txt'), []);
	});
});
