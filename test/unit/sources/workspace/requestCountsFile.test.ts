import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../../../src/domain/log';
import { formatProblem } from '../../../../src/domain/problems';
import type { RequestCounts } from '../../../../src/domain/requestLimiter';
import type { TokenLimits } from '../../../../src/domain/tokenLimits';
import { RequestCountsFile } from '../../../../src/sources/workspace/requestCountsFile';
import { waitUntil, Workspaces } from '../../../support/store/workspaces';

const ID = 'SU-000-000-001';
const OTHER_ID = 'SU-000-000-002';
const LIMITS: TokenLimits = { rate: { requests: 10, per: 'hour' }, total: 100 };
const NOON = Date.parse('2030-03-01T12:00:00.000Z');

describe('The file with counted requests', () => {
	const workspaces = new Workspaces();
	let open: RequestCountsFile[] = [];
	let now: number;

	beforeEach(() => {
		now = NOON;
	});
	afterEach(() => {
		open.forEach((file) => file.dispose());
		open = [];
	});

	function openFile(folder: string): RequestCountsFile {
		const file = new RequestCountsFile(folder, () => new Date(now), silentLog);
		open.push(file);
		return file;
	}

	const path = (folder: string) => join(folder, 'limits.json');
	const counts = (count: number): RequestCounts => ({ rate: { per: 'hour', at: now, current: count, previous: 0 }, total: count });
	const counted = (count: number, tokenId = ID, limits = LIMITS) => ({ tokenId, limits, counts: counts(count) });

	it('has the requests of all windows, and notifies each of them', async () => {
		const folder = await workspaces.folder();
		const [one, other] = [openFile(folder), openFile(folder)];
		let changes = 0;
		one.onDidChange(() => changes++);
		assert.deepEqual(await one.read(), {});
		await other.add([counted(2)]);
		await one.add([counted(3), counted(1, OTHER_ID)]);
		assert.deepEqual(await other.read(), { [ID]: counts(5), [OTHER_ID]: counts(1) });
		await waitUntil(() => changes === 2, 'the listener is notified of each change');
		if (process.platform !== 'win32') {
			assert.equal(statSync(path(folder)).mode & 0o777, 0o600);
		}
	});

	it('has all requests that are added at once', async () => {
		const folder = await workspaces.folder();
		const windows = [openFile(folder), openFile(folder)];
		await Promise.all(Array.from({ length: 40 }, (_, index) => windows[index % 2]!.add([counted(1)])));
		assert.deepEqual(await windows[0]!.read(), { [ID]: counts(40) });
	});

	it('drops counts of periods that have passed', async () => {
		const folder = await workspaces.folder();
		const file = openFile(folder);
		const rateOnly: TokenLimits = { rate: LIMITS.rate! };
		await file.add([counted(2), { tokenId: OTHER_ID, limits: rateOnly, counts: { rate: counts(2).rate! } }]);
		now += 7_200_000;
		await file.add([counted(1, 'SU-000-000-003')]);
		assert.deepEqual(await file.read(), { [ID]: { total: 2 }, 'SU-000-000-003': counts(1) });
	});

	it('is set aside if it’s damaged, with a message, and starts over', async () => {
		for (const damaged of ['', '{', '[]', '{"version":1,"tokens":{"SU-000-000-001":{"total":-1}}}', '{"version":1,"tokens":{"x":{}}}']) {
			const folder = await workspaces.folder();
			const file = openFile(folder);
			const reports: string[] = [];
			file.onDidRecover((report) => reports.push(formatProblem(report)));
			mkdirSync(folder, { recursive: true });
			writeFileSync(path(folder), damaged);
			assert.deepEqual(await file.read(), {});
			await file.add([counted(1)]);
			assert.deepEqual(await file.read(), { [ID]: counts(1) });
			const saved = readdirSync(folder).find((name) => name.startsWith('limits.damaged-'));
			assert.equal(readFileSync(join(folder, saved!), 'utf8'), damaged);
			assert.match(
				reports.join('\n'),
				/^The file .*limits\.json is damaged, so requests are counted from zero .*limits\.damaged-.*\.json\.$/,
			);
		}
	});

	it('of a newer version isn’t changed', async () => {
		const folder = await workspaces.folder();
		mkdirSync(folder, { recursive: true });
		writeFileSync(path(folder), '{"version":2,"tokens":{}}');
		const file = openFile(folder);
		await assert.rejects(file.add([counted(1)]), /was saved by a newer version of Connect Tokens\. Update the extension to count/);
		assert.equal(readFileSync(path(folder), 'utf8'), '{"version":2,"tokens":{}}');
	});
});

describe('The remaining requests of a workspace token', () => {
	const workspaces = new Workspaces();

	async function openWithToken(limits: TokenLimits | null = LIMITS) {
		const folder = await workspaces.folder();
		const source = workspaces.open({ folder, clock: () => new Date(NOON) });
		const { id } = await source.create({ name: 'Token', limits });
		const file = new RequestCountsFile(folder, () => new Date(NOON), silentLog);
		const count = (requests: number) =>
			file.add([
				{ tokenId: id, limits: LIMITS, counts: { rate: { per: 'hour', at: NOON, current: requests, previous: 0 }, total: requests } },
			]);
		return { source, id, file, count, folder };
	}

	it('are those of its limits after the requests of all windows', async () => {
		const { source, id, count, file } = await openWithToken();
		assert.deepEqual(await source.getRemainingRequests(id), { rate: 10, total: 100 });
		let changes = 0;
		source.onDidChangeUsage(() => changes++);
		await count(4);
		await waitUntil(() => changes === 1, 'the details page is notified');
		assert.deepEqual(await source.getRemainingRequests(id), { rate: 6, total: 96 });
		await count(40);
		assert.deepEqual(await source.getRemainingRequests(id), { rate: 0, total: 56 });
		await assert.rejects(source.getRemainingRequests('SU-999-999-999'), /Token SU-999-999-999 doesn't exist/);
		file.dispose();
	});

	it('are undefined without limits', async () => {
		const { source, id, file } = await openWithToken(null);
		assert.equal(await source.getRemainingRequests(id), undefined);
		file.dispose();
	});

	it('follow changed limits, and start over after a limit was removed', async () => {
		const { source, id, file, count } = await openWithToken();
		await count(4);
		await source.update(id, { limits: { rate: { requests: 5, per: 'hour' }, total: 50 } });
		assert.deepEqual(await source.getRemainingRequests(id), { rate: 1, total: 46 });
		await source.update(id, { limits: { rate: { requests: 5, per: 'day' } } });
		assert.deepEqual(await source.getRemainingRequests(id), { rate: 1 });
		await source.update(id, { limits: { rate: { requests: 5, per: 'day' }, total: 50 } });
		assert.deepEqual(await source.getRemainingRequests(id), { rate: 1, total: 50 });
		await source.update(id, { limits: null });
		assert.deepEqual(await file.read(), {});
		file.dispose();
	});

	it('start over for a token that was deleted and imported again', async () => {
		const { source, id, file, count } = await openWithToken();
		const key = await source.readKey(id);
		assert.ok('authorization' in key);
		await count(4);
		await source.delete(id);
		assert.deepEqual(await file.read(), {});
		// A gateway saves what it counted just before.
		await count(2);
		await source.import(key.authorization, { name: 'Again', limits: LIMITS });
		assert.deepEqual(await source.getRemainingRequests(id), { rate: 10, total: 100 });
		file.dispose();
	});

	it('keep those of other tokens when one is deleted', async () => {
		const { source, id, file, count } = await openWithToken();
		await count(4);
		const { id: deletedId } = await source.create({ name: 'Other', limits: { total: 5 } });
		await file.add([{ tokenId: deletedId, limits: { total: 5 }, counts: { total: 1 } }]);
		await source.delete(deletedId);
		assert.deepEqual(Object.keys(await file.read()), [id]);
		file.dispose();
	});
});
