import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/domain/log';
import { AllowedHostsFile } from '../../../src/storage/allowedHostsFile';
import { eventually } from '../../support/eventually';

const TOKEN = { sourceId: 'workspace', tokenId: 'SU-000-000-001' };
const OTHER_TOKEN = { sourceId: 'VA-100-200', tokenId: 'SU-000-000-001' };
const ORIGIN = 'https://api.test';
const FILE = 'file:///workspace/requests.http';

describe('AllowedHostsFile', () => {
	let folder: string;
	let hosts: AllowedHostsFile;
	const open = () => new AllowedHostsFile(folder, () => new Date('2030-01-01T00:00:00.000Z'), silentLog);
	const path = () => join(folder, 'hosts.json');

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-hosts-'));
		hosts = open();
	});

	afterEach(async () => {
		hosts.dispose();
		await rm(folder, { recursive: true, force: true });
	});

	it('allows nothing at first, and creates no file', async () => {
		assert.deepEqual(await hosts.read(), {});
		await hosts.removeTokens('workspace', []);
		await hosts.read();
		assert.deepEqual(await readdir(folder), []);
	});

	it('stores what is allowed by source and token, for other windows, too', async () => {
		const otherWindow = open();
		await hosts.change(TOKEN, { origin: ORIGIN }, true);
		await otherWindow.change(TOKEN, { file: FILE }, true);
		await otherWindow.change(OTHER_TOKEN, { origin: 'http://localhost:3000' }, true);
		const expected = {
			workspace: { 'SU-000-000-001': { origins: [ORIGIN], files: [FILE] } },
			'VA-100-200': { 'SU-000-000-001': { origins: ['http://localhost:3000'], files: [] } },
		};
		assert.deepEqual(await hosts.read(), expected);
		assert.deepEqual(JSON.parse(await readFile(path(), 'utf8')), { version: 1, sources: expected });
		otherWindow.dispose();
	});

	it('reads a changed file once for all who ask meanwhile, in the order they asked', async () => {
		const otherWindow = open();
		await otherWindow.change(TOKEN, { origin: ORIGIN }, true);
		const answered: string[] = [];
		const ask = async (name: string) => {
			const content = await hosts.read();
			answered.push(name);
			return content;
		};
		const [first, second] = await Promise.all([ask('first'), ask('second')]);
		assert.equal(first, second);
		assert.deepEqual(answered, ['first', 'second']);
		otherWindow.dispose();
	});

	it('is private', async () => {
		await hosts.change(TOKEN, { origin: ORIGIN }, true);
		assert.equal((await stat(path())).mode & 0o777, 0o600);
	});

	it('stores nothing twice, and forgets what is revoked', async () => {
		await hosts.change(TOKEN, { origin: ORIGIN }, true);
		await hosts.change(TOKEN, { origin: ORIGIN }, true);
		await hosts.change(TOKEN, { file: FILE }, true);
		await hosts.change(TOKEN, { origin: ORIGIN }, false);
		assert.deepEqual(await hosts.read(), { workspace: { 'SU-000-000-001': { origins: [], files: [FILE] } } });
		await hosts.change(TOKEN, { file: FILE }, false);
		assert.deepEqual(await hosts.read(), {});
	});

	it('notifies of changes in any window', async () => {
		let changes = 0;
		hosts.onDidChange(() => changes++);
		const otherWindow = open();
		await otherWindow.change(TOKEN, { origin: ORIGIN }, true);
		await eventually(() => assert.equal(changes, 1));
		otherWindow.dispose();
	});

	it('forgets deleted tokens, because an imported token can have the same ID', async () => {
		await hosts.change(TOKEN, { origin: ORIGIN }, true);
		await hosts.change(OTHER_TOKEN, { origin: ORIGIN }, true);
		await hosts.removeTokens('workspace', ['SU-000-000-002']);
		assert.ok((await hosts.read()).workspace);
		await hosts.removeTokens('workspace', ['SU-000-000-001', 'SU-000-000-002']);
		assert.deepEqual(Object.keys(await hosts.read()), ['VA-100-200']);
	});

	for (const [title, content] of [
		['is not JSON', '{'],
		['has an unknown format', '{"version": 1, "sources": 1}'],
		['contains something that is not an origin', JSON.stringify(contentWith({ origins: ['https://api.test/path'], files: [] }))],
	] as const) {
		it(`allows nothing if the file ${title}, and keeps the file when something is allowed`, async () => {
			await writeFile(path(), content);
			assert.deepEqual(await hosts.read(), {});
			await hosts.change(TOKEN, { origin: ORIGIN }, true);
			assert.deepEqual(await hosts.read(), { workspace: { 'SU-000-000-001': { origins: [ORIGIN], files: [] } } });
			const [damaged] = (await readdir(folder)).filter((name) => name.startsWith('hosts.damaged-'));
			assert.equal(await readFile(join(folder, damaged!), 'utf8'), content);
		});
	}

	it('allows nothing if a newer version wrote the file, and does not change it', async () => {
		const content = JSON.stringify({ ...contentWith({ origins: [ORIGIN], files: [] }), version: 2 });
		await writeFile(path(), content);
		assert.deepEqual(await hosts.read(), {});
		await assert.rejects(hosts.change(TOKEN, { origin: ORIGIN }, true), /newer version/);
		assert.equal(await readFile(path(), 'utf8'), content);
	});
});

function contentWith(allowance: object): { version: number; sources: object } {
	return { version: 1, sources: { workspace: { 'SU-000-000-001': allowance } } };
}
