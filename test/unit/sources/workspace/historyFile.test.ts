import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../../../src/domain/log';
import type { HistoryEvent } from '../../../../src/domain/tokenHistory';
import { HistoryFile } from '../../../../src/sources/workspace/historyFile';
import { MemoryVault } from '../../../support/store/memoryVault';
import { assertNoSecret, readFiles, waitUntil, Workspaces } from '../../../support/store/workspaces';

const ID = 'SU-000-000-001';
const OTHER_ID = 'SU-000-000-002';
const NOON = new Date('2030-03-01T12:00:00.000Z');
const EVENT: HistoryEvent = { kind: 'rotated', at: NOON.toISOString(), by: 'ada' };

describe('History file', () => {
	const workspaces = new Workspaces();
	let open: HistoryFile[] = [];

	afterEach(() => {
		open.forEach((file) => file.dispose());
		open = [];
	});

	function openFile(folder: string): HistoryFile {
		const file = new HistoryFile(folder, () => NOON, silentLog);
		open.push(file);
		return file;
	}

	const path = (folder: string) => join(folder, 'history.json');

	it('has the events of all windows, and notifies each of them', async () => {
		const folder = await workspaces.folder();
		const [one, other] = [openFile(folder), openFile(folder)];
		let changes = 0;
		one.onDidChange(() => changes++);
		assert.deepEqual(await one.read(), {});
		await other.add(ID, EVENT);
		await one.add(ID, { ...EVENT, kind: 'edited', fields: ['name'] });
		await one.add(OTHER_ID, EVENT);
		assert.deepEqual(await other.read(), { [ID]: [EVENT, { ...EVENT, kind: 'edited', fields: ['name'] }], [OTHER_ID]: [EVENT] });
		await waitUntil(() => changes === 3, 'the listener is notified of each change');
		if (process.platform !== 'win32') {
			assert.equal(statSync(path(folder)).mode & 0o777, 0o600);
		}
	});

	it('has all events that are added at once', async () => {
		const folder = await workspaces.folder();
		const windows = [openFile(folder), openFile(folder)];
		await Promise.all(Array.from({ length: 40 }, (_, index) => windows[index % 2]!.add(ID, { ...EVENT, by: String(index) })));
		const authors = (await windows[0]!.read())[ID]!.map(({ by }) => Number(by));
		assert.deepEqual(
			authors.sort((a, b) => a - b),
			Array.from({ length: 40 }, (_, index) => index),
		);
	});

	it('gets an event that could not be written together with the next one', async () => {
		const folder = await workspaces.folder();
		const file = openFile(folder);
		mkdirSync(path(folder), { recursive: true });
		await assert.rejects(file.add(ID, EVENT));
		rmSync(path(folder), { recursive: true });
		await file.add(ID, { ...EVENT, kind: 'enabled' });
		assert.deepEqual(
			(await openFile(folder).read())[ID]?.map(({ kind }) => kind),
			['rotated', 'enabled'],
		);
	});

	it('removes the events of missing tokens, except later ones', async () => {
		const folder = await workspaces.folder();
		const file = openFile(folder);
		await file.add(ID, EVENT);
		await file.add(OTHER_ID, { ...EVENT, at: '2030-03-01T12:00:00.001Z' });
		await file.removeMissingTokens([], NOON);
		assert.deepEqual(Object.keys(await file.read()), [OTHER_ID]);
	});

	for (const [condition, content] of [
		['is not JSON', '{'],
		['has an unknown kind of event', JSON.stringify({ version: 1, tokens: { [ID]: [{ ...EVENT, kind: 'sold' }] } })],
		['has an invalid date', JSON.stringify({ version: 1, tokens: { [ID]: [{ ...EVENT, at: 'yesterday' }] } })],
		['has more events than are kept', JSON.stringify({ version: 1, tokens: { [ID]: Array.from({ length: 101 }, () => EVENT) } })],
	] as const) {
		it(`starts over if it ${condition}, and keeps the damaged file`, async () => {
			const folder = await workspaces.folder();
			mkdirSync(folder, { recursive: true });
			writeFileSync(path(folder), content);
			const file = openFile(folder);
			assert.deepEqual(await file.read(), {});
			await file.add(ID, EVENT);
			assert.deepEqual(await file.read(), { [ID]: [EVENT] });
			const [damaged] = readdirSync(folder).filter((name) => name.startsWith('history.damaged-'));
			assert.equal(readFileSync(join(folder, damaged!), 'utf8'), content);
		});
	}

	it('is not changed if a newer version wrote it', async () => {
		const folder = await workspaces.folder();
		mkdirSync(folder, { recursive: true });
		writeFileSync(path(folder), '{"version": 2}');
		const file = openFile(folder);
		assert.deepEqual(await file.read(), {});
		await assert.rejects(file.add(ID, EVENT), /newer version/);
		assert.equal(readFileSync(path(folder), 'utf8'), '{"version": 2}');
	});
});

describe('History of a workspace token', () => {
	const workspaces = new Workspaces();

	it('has every change with its author, in all windows, but no key', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		let now = NOON;
		const clock = () => now;
		const source = workspaces.open({ folder, vault, clock, userName: 'ada' });
		const { id } = await source.create({ name: 'one', expirationDate: '2030-04-01T00:00:00.000Z' });
		const other = workspaces.open({ folder, vault, clock, userName: 'grace' });
		const secrets = new Set(vault.secrets.values());
		for (const change of [
			() => other.update(id, { name: 'two', permissions: ['billing'] }),
			() => source.renew(id),
			() => source.rotate(id),
			() => other.disable(id),
			() => other.enable(id),
		]) {
			now = new Date(now.getTime() + 60_000);
			await change();
			[...vault.secrets.values()].forEach((secret) => secrets.add(secret));
		}
		const history = await source.getHistory(id);
		assert.deepEqual(
			history.map(({ kind, at, by }) => `${at.slice(11, 16)} ${kind} by ${by}`),
			[
				'12:05 enabled by grace',
				'12:04 disabled by grace',
				'12:03 rotated by ada',
				'12:02 renewed by ada',
				'12:01 edited by grace',
				'12:00 created by ada',
			],
		);
		assert.deepEqual(history[4]?.fields, ['name', 'permissions']);
		assert.deepEqual(await other.getHistory(id), history);
		assertNoSecret(readFiles(folder), secrets);
	});

	it('does not record changes that were rejected', async () => {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const { id } = await source.create({ name: 'one' });
		await assert.rejects(source.enable(id));
		assert.deepEqual(
			(await source.getHistory(id)).map(({ kind }) => kind),
			['created'],
		);
		await assert.rejects(source.getHistory('SU-000-000-000'), /SU-000-000-000/);
	});

	it('is removed with the token', async () => {
		const folder = await workspaces.folder();
		const source = workspaces.open({ folder });
		const [one, two] = [await source.create({ name: 'one' }), await source.create({ name: 'two' })];
		await source.delete(one.id);
		const { tokens } = JSON.parse(readFileSync(join(folder, 'history.json'), 'utf8')) as { tokens: Record<string, unknown> };
		assert.deepEqual(Object.keys(tokens), [two.id]);
	});

	it('does not keep a token from being changed if it cannot be written', async () => {
		const folder = await workspaces.folder();
		const source = workspaces.open({ folder });
		const { id } = await source.create({ name: 'one' });
		rmSync(join(folder, 'history.json'));
		mkdirSync(join(folder, 'history.json'));
		assert.equal((await source.disable(id)).status, 'inactive');
		assert.deepEqual(
			(await source.getHistory(id)).map(({ kind }) => kind),
			['changed', 'created'],
		);
	});

	it('names an import', async () => {
		const source = workspaces.open({ folder: await workspaces.folder() });
		const { id } = await source.import(`ApiKey SU-111-222-333:${'ab'.repeat(20)}`, { name: 'imported' });
		assert.deepEqual(
			(await source.getHistory(id)).map(({ kind }) => kind),
			['imported'],
		);
	});
});
