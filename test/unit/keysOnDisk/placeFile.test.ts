import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, link, lstat, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPlace, writePlace, type PlaceText } from '../../../src/keysOnDisk/placeFile';

describe('the file of a place', () => {
	let folder: string;
	let path: string;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-place-'));
		path = join(folder, 'config.json');
	});

	afterEach(() => rm(folder, { recursive: true }));

	const read = async (kind: 'cursor' | 'shellHistory' = 'cursor') => (await readPlace(path, kind)) as PlaceText;

	it('keeps its mode, its byte order mark, and its line breaks, and no other file is left', async () => {
		await writeFile(path, '\uFEFF{"a": 1}\r\n');
		for (const mode of [0o640, 0o604, 0o600]) {
			await chmod(path, mode);
			const { text, hash } = await read();
			assert.equal(await writePlace(path, 'cursor', hash, text.replace('a', 'é')), undefined);
			assert.equal((await stat(path)).mode & 0o777, mode);
		}
		assert.equal(await readFile(path, 'utf8'), '\uFEFF{"é": 1}\r\n');
		assert.deepEqual(await readdir(folder), ['config.json']);
	});

	it('is replaced behind links, which stay', async () => {
		const target = join(folder, 'dotfiles', 'config.json');
		await mkdir(join(folder, 'dotfiles'));
		await writeFile(target, 'old');
		await symlink(join('dotfiles', 'config.json'), path);
		assert.equal(await writePlace(path, 'cursor', (await read()).hash, 'new'), undefined);
		assert.ok((await lstat(path)).isSymbolicLink());
		assert.equal(await readFile(target, 'utf8'), 'new');
		assert.deepEqual(await readdir(join(folder, 'dotfiles')), ['config.json']);
	});

	it("isn't replaced if it was changed after it was read", async () => {
		await writeFile(path, 'old');
		const { hash } = await read();
		await writeFile(path, 'OLD');
		assert.equal(await writePlace(path, 'cursor', hash, 'new'), 'changed');
		assert.equal(await readFile(path, 'utf8'), 'OLD');
		assert.deepEqual(await readdir(folder), ['config.json']);
	});

	it("isn't replaced if it has another name, which would keep the key", async () => {
		await writeFile(path, 'old');
		await link(path, join(folder, 'other'));
		assert.equal(await writePlace(path, 'cursor', (await read()).hash, 'new'), 'linked');
		assert.equal(await readFile(path, 'utf8'), 'old');
	});

	it('is neither waited for nor changed if a pipe or a device takes its place', async function () {
		if (process.platform === 'win32') {
			this.skip();
		}
		await writeFile(path, 'old');
		const { hash } = await read();
		await rm(path);
		execFileSync('mkfifo', [path]);
		assert.deepEqual(await readPlace(path, 'cursor'), { failure: 'unreadable' });
		assert.equal(await writePlace(path, 'cursor', hash, 'new'), 'changed');
		assert.ok((await lstat(path)).isFIFO());
		await rm(path);
		await symlink('/dev/zero', path);
		assert.deepEqual(await readPlace(path, 'cursor'), { failure: 'unreadable' });
		assert.notEqual(await writePlace(path, 'cursor', hash, 'new'), undefined);
		assert.deepEqual(await readdir(folder), ['config.json']);
	});

	it('keeps the bytes of a history', async () => {
		const bytes = Buffer.from([0x3a, 0x20, 0x83, 0xa9, 0xff, 0x00, 0xc3, 0x0a]);
		await writeFile(path, bytes);
		const { text, hash } = await read('shellHistory');
		assert.equal(await writePlace(path, 'shellHistory', hash, `${text}x`), undefined);
		assert.deepEqual(await readFile(path), Buffer.concat([bytes, Buffer.from('x')]));
	});

	it('is reported if it is too large, in another encoding, or unreadable', async () => {
		await writeFile(path, '123456');
		assert.deepEqual(await readPlace(path, 'cursor', 5), { failure: 'tooLarge' });
		assert.equal((await readPlace(path, 'cursor', 6)) instanceof Object, true);
		await writeFile(path, Buffer.from('\uFEFF{}', 'utf16le'));
		assert.deepEqual(await readPlace(path, 'cursor'), { failure: 'notText' });
		assert.deepEqual(await readPlace(folder, 'cursor'), { failure: 'unreadable' });
		assert.deepEqual(await readPlace(join(folder, 'missing'), 'cursor'), { failure: 'unreadable' });
	});
});
