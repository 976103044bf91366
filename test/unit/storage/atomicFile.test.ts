import assert from 'node:assert/strict';
import { mkdtemp, open, readdir, readFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from '../../../src/storage/atomicFile';
import { KeyIndex } from '../../../src/vaults/keyIndex';
import { Workspaces, assertTokensReadable } from '../../support/store/workspaces';

/** The methods that all file handles share. */
async function getFileHandlePrototype(): Promise<FileHandle> {
	const handle = await open(__filename);
	await handle.close();
	return Object.getPrototypeOf(handle) as FileHandle;
}

describe('Flushing a file to the disk', () => {
	const workspaces = new Workspaces();
	let folder: string;
	let prototype: FileHandle;
	let originalSync: FileHandle['sync'];

	before(async () => {
		prototype = await getFileHandlePrototype();
		originalSync = Object.getOwnPropertyDescriptor(prototype, 'sync')!.value as FileHandle['sync'];
	});

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-flush-'));
	});

	afterEach(async () => {
		prototype.sync = originalSync;
		await rm(folder, { recursive: true, force: true });
	});

	const failWith = (code: string) => {
		prototype.sync = () => Promise.reject(Object.assign(new Error(`${code}: fsync`), { code, syscall: 'fsync' }));
	};

	for (const code of ['ENOTSUP', 'EINVAL', 'EBADF', 'EPERM']) {
		it(`is left out if the file system doesn't support it (${code})`, async () => {
			failWith(code);
			const path = join(folder, 'one.json');
			await replaceFile(path, 'first');
			await replaceFile(path, 'second');
			assert.equal(await readFile(path, 'utf8'), 'second');
			assert.deepEqual(await readdir(folder), ['one.json']);
			const source = workspaces.open({ folder: join(folder, 'store') });
			const { id } = await source.create({ name: 'One' });
			await source.rotate(id);
			await assertTokensReadable(source, [id]);
		});
	}

	for (const code of ['EIO', 'ENOSPC', 'EDQUOT']) {
		it(`is an error if the content might not have reached the disk (${code})`, async () => {
			const path = join(folder, 'one.json');
			await replaceFile(path, 'first');
			failWith(code);
			await assert.rejects(replaceFile(path, 'second'), { code });
			assert.equal(await readFile(path, 'utf8'), 'first');
			assert.deepEqual(await readdir(folder), ['one.json']);
		});
	}

	it('is not needed to list the keys in a keychain', async () => {
		failWith('ENOTSUP');
		const index = new KeyIndex(folder);
		await index.add('some-key');
		await index.add('some-key');
		assert.deepEqual(await index.list(), ['some-key']);
	});
});
