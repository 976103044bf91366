import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { silentLog } from '../../../src/domain/log';
import { searchFiles } from '../../../src/storage/searchFiles';

describe('searchFiles', () => {
	let folder: string;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-search-'));
	});

	afterEach(() => rm(folder, { recursive: true, force: true }));

	async function writeFiles(files: Record<string, string | Uint8Array>): Promise<void> {
		for (const [name, text] of Object.entries(files)) {
			await mkdir(dirname(join(folder, name)), { recursive: true });
			await writeFile(join(folder, name), text);
		}
	}

	const findMatches = async (isCanceled = () => false, subfolder = '') =>
		(
			await searchFiles([join(folder, subfolder)], {
				search: (text) => text.includes('needle') || undefined,
				isCanceled,
				onRead: () => undefined,
				log: silentLog,
			})
		).map(({ path }) => path.slice(folder.length + 1));

	it('returns matches sorted by path', async () => {
		await writeFiles({ 'b.txt': 'needle', 'a/deep/x.json': 'a needle', 'a.txt': 'hay', '.env': 'needle' });
		assert.deepEqual(await findMatches(), ['.env', 'a/deep/x.json', 'b.txt']);
	});

	it('applies ignore files like Git: closer files, later lines, and negations take precedence', async () => {
		await writeFiles({
			'.gitignore': '*.log\n/build\n!kept.log\nnested/secret.txt\n',
			'.ignore': 'vendor/\n',
			'one.log': 'needle',
			'kept.log': 'needle',
			'build/out.txt': 'needle',
			'src/build/in.txt': 'needle',
			'vendor/lib.txt': 'needle',
			'nested/secret.txt': 'needle',
			'logs/.gitignore': '!*.log\n',
			'logs/again.log': 'needle',
			'.git/config': 'needle',
		});
		assert.deepEqual(await findMatches(), ['kept.log', 'logs/again.log', 'src/build/in.txt']);
	});

	it('applies the ignore files of the parent folders in the same repository, and of the repository itself', async () => {
		await writeFiles({
			'.gitignore': 'outside/\n*.secret\n',
			'repository/.git/info/exclude': '*.private\n*.both\n',
			'repository/.gitignore': '/packages/one/dist\n*.log\n!*.both\n',
			'repository/packages/.gitignore': 'node_modules/\n!kept.log\n',
			'repository/packages/one/outside/a.txt': 'needle',
			'repository/packages/one/a.secret': 'needle',
			'repository/packages/one/a.private': 'needle',
			'repository/packages/one/a.both': 'needle',
			'repository/packages/one/dist/a.txt': 'needle',
			'repository/packages/one/src/dist/a.txt': 'needle',
			'repository/packages/one/a.log': 'needle',
			'repository/packages/one/kept.log': 'needle',
			'repository/packages/one/node_modules/a/a.txt': 'needle',
			'repository/packages/one/inner/.git/info/exclude': '*.inner\n',
			'repository/packages/one/inner/a.inner': 'needle',
			'repository/packages/one/a.inner': 'needle',
		});
		assert.deepEqual(
			await findMatches(undefined, 'repository/packages/one'),
			['a.both', 'a.inner', 'a.secret', 'kept.log', 'outside/a.txt', 'src/dist/a.txt'].map((name) => `repository/packages/one/${name}`),
		);
	});

	describe('with an ignore file of the user', () => {
		const { HOME, XDG_CONFIG_HOME } = process.env;
		const matchesIn = async (files: Record<string, string>) => {
			await writeFiles({ ...files, 'repository/.git/HEAD': '', 'repository/.gitignore': '!kept.mine\n' });
			await writeFiles(Object.fromEntries(['a.mine', 'kept.mine', 'a.txt'].map((name) => [`repository/src/${name}`, 'needle'])));
			process.env.HOME = join(folder, 'home');
			return (await findMatches(undefined, 'repository/src')).map((path) => path.slice('repository/src/'.length));
		};
		beforeEach(() => delete process.env.XDG_CONFIG_HOME);
		afterEach(() => Object.assign(process.env, { HOME, ...(XDG_CONFIG_HOME !== undefined && { XDG_CONFIG_HOME }) }));

		it('applies the one in its default place, unless the repository decides otherwise', async () => {
			assert.deepEqual(await matchesIn({ 'home/.config/git/ignore': '*.mine\n' }), ['a.txt', 'kept.mine']);
		});

		it('applies the one that the configuration of Git names instead', async () => {
			const configuration = '[user]\n\tname = A\n[core]\n\teditor = vi\n\texcludesFile = ~/my ignore\n[alias]\n\texcludesfile = none\n';
			const files = { 'home/.gitconfig': configuration, 'home/my ignore': '*.mine\n', 'home/.config/git/ignore': '*.txt\n' };
			assert.deepEqual(await matchesIn(files), ['a.txt', 'kept.mine']);
		});

		it('applies none in a folder without a repository', async () => {
			await writeFiles({ 'home/.config/git/ignore': '*.mine\n', 'folder/a.mine': 'needle' });
			process.env.HOME = join(folder, 'home');
			assert.deepEqual(await findMatches(undefined, 'folder'), ['folder/a.mine']);
		});
	});

	it('does not apply the ignore files of parent folders without a repository', async () => {
		await writeFiles({ '.gitignore': '*', 'one/a.txt': 'needle' });
		assert.deepEqual(await findMatches(undefined, 'one'), ['one/a.txt']);
	});

	it('skips binary, large, and unreadable files, and symbolic links', async () => {
		await writeFiles({
			'binary.bin': '\0needle',
			'large.txt': `${' '.repeat(5_000_000)}needle`,
			'good.txt': 'needle',
			'locked/x.txt': 'needle',
		});
		await symlink(folder, join(folder, 'cycle'));
		await chmod(join(folder, 'locked'), 0);
		try {
			const all = await findMatches();
			assert.deepEqual(
				all.filter((path) => !path.startsWith('locked')),
				['good.txt'],
			);
		} finally {
			await chmod(join(folder, 'locked'), 0o700);
		}
	});

	it('searches files with any name', async () => {
		const names = ['-x', ':(top)', '*.txt', '[a]', '{a,b}', '..hidden', ' blank ', ...(sep === '/' ? ['\\x', '..\\y', 'line\nbreak'] : [])];
		await writeFiles({ '.gitignore': '[\n\\\n!\n**/never\n', ...Object.fromEntries(names.map((name) => [name, 'needle'])) });
		assert.deepEqual(await findMatches(), names.sort());
	});

	it('decodes UTF-16 and removes byte order marks', async () => {
		const littleEndian = Buffer.from('\ufeffneedle', 'utf16le');
		await writeFiles({ 'little.txt': littleEndian, 'big.txt': Buffer.from(littleEndian).swap16(), 'mark.txt': '\ufeffneedle' });
		const texts = await searchFiles([folder], { search: (text) => text, isCanceled: () => false, onRead: () => undefined, log: silentLog });
		assert.deepEqual(
			texts.map(({ match: text }) => text),
			['needle', 'needle', 'needle'],
		);
	});

	it("returns partial results when it's canceled", async () => {
		await writeFiles(Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${index}.txt`, 'needle'])));
		let checkCount = 0;
		const partialResults = await findMatches(() => ++checkCount > 50);
		assert.ok(partialResults.length > 0 && partialResults.length <= 50, String(partialResults.length));
	});
});
