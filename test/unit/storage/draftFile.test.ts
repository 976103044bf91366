import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/domain/log';
import { DraftFile } from '../../../src/storage/draftFile';

const DRAFT = { savedAt: '2030-01-01T00:00:00.000Z', content: { name: 'Nightly import' } };

describe('The file of drafts', () => {
	let root: string;
	let path: string;
	const open = () => new DraftFile(join(root, 'one'), silentLog);

	beforeEach(async () => {
		root = await mkdtemp(join(tmpdir(), 'connect-tokens-drafts-'));
		path = join(root, 'one', 'drafts.json');
	});
	afterEach(() => rm(root, { recursive: true, force: true }));

	it('is created with the first draft, for other windows and sessions, and is private', async () => {
		assert.deepEqual(await open().read(), {});
		assert.deepEqual(await readdir(root), []);
		await open().update(() => ({ first: DRAFT }));
		assert.deepEqual(await open().read(), { first: DRAFT });
		assert.equal((await stat(path)).mode & 0o777, 0o600);
	});

	it('is not written if nothing has changed', async () => {
		await open().update((drafts) => drafts);
		assert.deepEqual(await readdir(join(root, 'one')), []);
	});

	it('loses no draft of concurrent windows', async () => {
		const keys = Array.from({ length: 8 }, (_, index) => `draft ${index}`);
		await Promise.all(keys.map((key) => open().update((drafts) => ({ ...drafts, [key]: DRAFT }))));
		assert.deepEqual(Object.keys(await open().read()).sort(), keys);
	});

	for (const [label, content] of [
		['truncated', '{"first":{"savedAt":"2030'],
		['in another format', '["first"]'],
		['without dates', '{"first":{"savedAt":"yesterday","content":{}}}'],
		['not text', Buffer.from([0xff, 0xfe, 0x00])],
	] as const) {
		it(`starts over if the file is ${label}`, async () => {
			await mkdir(join(root, 'one'));
			await writeFile(path, content);
			assert.deepEqual(await open().read(), {});
			await open().update((drafts) => ({ ...drafts, first: DRAFT }));
			assert.deepEqual(await open().read(), { first: DRAFT });
		});
	}

	it('removes what a window left that was reloaded while it wrote', async () => {
		await mkdir(join(root, 'one'));
		await writeFile(`${path}.0123456789ab.tmp`, '{"first":');
		await open().update(() => ({ first: DRAFT }));
		assert.deepEqual(await readdir(join(root, 'one')), ['drafts.json']);
	});

	it('says what to do if it cannot be written', async () => {
		await mkdir(path, { recursive: true });
		await writeFile(join(path, 'file'), '');
		await assert.rejects(
			open().update(() => ({ first: DRAFT })),
			/Couldn't save .*drafts\.json.* try again\./,
		);
	});

	it('contains nothing but the drafts', async () => {
		await open().update(() => ({ first: DRAFT }));
		assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), { first: DRAFT });
	});
});
