import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { formatProblem } from '../../../../src/domain/problems';
import { toUtcDate, USAGE_RETENTION_DAYS, type UsageByToken } from '../../../../src/domain/tokenUsage';
import { DAY_MS } from '../../../../src/domain/token';
import { UsageFile } from '../../../../src/sources/workspace/usageFile';
import { ReportingProcess } from '../../../support/store/reportingProcess';
import { waitUntil, readFiles, listFileNames, Workspaces } from '../../../support/store/workspaces';
import { silentLog } from '../../../../src/domain/log';

const CHILD_PATH = join(__dirname, '../../../support/usage/usageFileChild.js');
const TOKEN_ID = 'SU-000-000-001';
const noon = new Date('2030-03-01T12:00:00Z');

/** Responses to one token on the day of `when`. */
function createUsage(statuses: Record<string, number>, when = noon, id = TOKEN_ID): UsageByToken {
	return { [id]: { days: [{ date: toUtcDate(when), statuses }], lastUsed: when.toISOString() } };
}

describe('Statistics file', () => {
	const workspaces = new Workspaces();
	let open: UsageFile[] = [];
	afterEach(() => {
		open.forEach((file) => file.dispose());
		open = [];
	});

	function openFile(folder: string, clock = () => noon): UsageFile {
		const file = new UsageFile(folder, clock, silentLog);
		open.push(file);
		return file;
	}

	async function readText(folder: string): Promise<string> {
		const file = openFile(folder);
		await file.add(createUsage({ 200: 1 }));
		return readFileSync(join(folder, 'statistics.json'), 'utf8');
	}

	it('is not there before anything was counted', async () => {
		const folder = await workspaces.folder();
		const file = openFile(folder);
		assert.deepEqual(await file.read(), {});
		await file.add({});
		assert.deepEqual(listFileNames(folder), []);
	});

	it('adds what every window counts, and tells each of every change', async () => {
		const folder = await workspaces.folder();
		const [one, other] = [openFile(folder), openFile(folder)];
		let notices = 0;
		other.onDidChange(() => notices++);
		await one.add(createUsage({ 200: 2, 403: 1 }));
		await waitUntil(() => notices === 1, 'the other window is told');
		await other.add({ ...createUsage({ 200: 3 }), ...createUsage({ 101: 1 }, noon, 'SU-000-000-002') });
		assert.equal(notices, 2);
		const expected = { ...createUsage({ 200: 5, 403: 1 }), ...createUsage({ 101: 1 }, noon, 'SU-000-000-002') };
		assert.deepEqual(await one.read(), expected);
		assert.deepEqual(await other.read(), expected);
	});

	it('can be read by a person, a day on a line', async () => {
		const folder = await workspaces.folder();
		await openFile(folder).add(createUsage({ 200: 12, 404: 1 }));
		assert.equal(
			readFileSync(join(folder, 'statistics.json'), 'utf8'),
			[
				'{',
				'\t"version": 1,',
				'\t"tokens": {',
				'\t\t"SU-000-000-001": {',
				'\t\t\t"days": [',
				'\t\t\t\t{ "date": "2030-03-01", "statuses": { "200": 12, "404": 1 } }',
				'\t\t\t],',
				'\t\t\t"lastUsed": "2030-03-01T12:00:00.000Z"',
				'\t\t}',
				'\t}',
				'}',
				'',
			].join('\n'),
		);
	});

	it('forgets days as they pass, remembers the last use, and does not grow with the responses', async () => {
		const folder = await workspaces.folder();
		let now = noon;
		const file = openFile(folder, () => now);
		let size = 0;
		for (let day = 0; day < 3 * USAGE_RETENTION_DAYS; day++) {
			now = new Date(noon.getTime() + day * DAY_MS);
			await file.add(createUsage({ 200: 100_000_000, 404: 100_000_000 }, now));
			size = day < USAGE_RETENTION_DAYS ? readFileSync(join(folder, 'statistics.json')).length : size;
		}
		const { days, lastUsed } = (await file.read())[TOKEN_ID]!;
		assert.equal(days.length, USAGE_RETENTION_DAYS);
		assert.equal(days[0]!.date, toUtcDate(new Date(now.getTime() - (USAGE_RETENTION_DAYS - 1) * DAY_MS)));
		assert.equal(lastUsed, now.toISOString());
		assert.equal(readFileSync(join(folder, 'statistics.json')).length, size);
		now = new Date(now.getTime() + 100 * DAY_MS);
		assert.deepEqual(await file.read(), { [TOKEN_ID]: { days: [], lastUsed } });
	});

	it('forgets tokens that are gone, but not one used since', async () => {
		const folder = await workspaces.folder();
		const file = openFile(folder);
		const [gone, stays, added] = ['SU-000-000-001', 'SU-000-000-002', 'SU-000-000-003'];
		await file.add({
			...createUsage({ 200: 1 }, noon, gone),
			...createUsage({ 200: 1 }, noon, stays),
			...createUsage({ 200: 1 }, new Date(noon.getTime() + 1), added),
		});
		await file.removeMissingTokens([stays], noon);
		assert.deepEqual(Object.keys(await openFile(folder).read()), [stays, added]);
	});

	for (const [what, damage] of [
		['cut off', (text: string) => text.slice(0, -20)],
		['empty', () => ''],
		['of another shape', (text: string) => text.replace('"200": 1', '"200": -1')],
		['no text', () => Buffer.from([0xff, 0xfe, 0x00])],
	] as const) {
		for (const [how, use] of [
			['counted', (file: UsageFile) => file.add(createUsage({ 200: 7 }))],
			['read', (file: UsageFile) => file.read().then((tokens) => assert.deepEqual(tokens, {}))],
		] as const) {
			it(`that is ${what} is put aside, and says so, when somebody has ${how}`, async () => {
				const folder = await workspaces.folder();
				const damaged = damage(await readText(folder));
				writeFileSync(join(folder, 'statistics.json'), damaged);
				const file = openFile(folder);
				const reports: string[] = [];
				file.onDidRecover((report) => reports.push(formatProblem(report)));
				await use(file);
				const [aside] = listFileNames(folder).filter((name) => name.startsWith('statistics.damaged-'));
				assert.deepEqual(readFiles(folder)[aside!], Buffer.from(damaged));
				assert.equal(reports.length, 1);
				assert.ok(reports[0]!.includes(join(folder, aside!)));
				await file.add(createUsage({ 200: 1 }));
				assert.deepEqual(await openFile(folder).read(), createUsage({ 200: how === 'counted' ? 8 : 1 }));
			});
		}
	}

	it('of a newer version is read as far as it is understood, and never overwritten', async () => {
		const folder = await workspaces.folder();
		const { tokens } = JSON.parse(await readText(folder)) as { tokens: object };
		writeFileSync(
			join(folder, 'statistics.json'),
			JSON.stringify({ version: 2, tokens: { ...tokens, 'SU-000-000-002': { per: 'hour' } } }),
		);
		const before = readFiles(folder);
		const file = openFile(folder);
		assert.deepEqual(await file.read(), createUsage({ 200: 1 }));
		await assert.rejects(file.add(createUsage({ 200: 1 })), /newer version.*Update the extension/);
		assert.deepEqual(readFiles(folder), before);
	});

	it('refuses counts that it could not read again', async () => {
		const folder = await workspaces.folder();
		const file = openFile(folder);
		for (const counted of [createUsage({ 20: 1 }), createUsage({ 200: 0.5 }), createUsage({ 200: 1 }, noon, 'SU-1')]) {
			await assert.rejects(file.add(counted));
		}
		assert.deepEqual(await file.read(), {});
	});

	it('holds what two processes add at once, every count of it', async function () {
		this.timeout(60_000);
		const folder = await workspaces.folder();
		const many = 150;
		const processes = [1, 2].map(() => new ReportingProcess(process.execPath, [CHILD_PATH, folder, String(many)]));
		await Promise.all(processes.map((one) => one.reported(1)));
		processes.forEach((one) => one.process.stdin!.write('go'));
		for (const one of processes) {
			assert.equal((await one.ended()).at(-1)!.added, many);
		}
		const { days } = (await openFile(folder, () => new Date()).read())[TOKEN_ID]!;
		assert.equal(
			days.reduce((sum, { statuses }) => sum + statuses['200']!, 0),
			2 * many,
		);
	});

	it('is whole when a process is killed at any instant, has all that was reported, and is cleaned up after it', async function () {
		this.timeout(120_000);
		const left = { locks: 0, temporary: 0 };
		// Each waits for the lock of its killed process, so that many side by side take no longer than one.
		await Promise.all(
			Array.from({ length: 12 }, async () => {
				const folder = await workspaces.folder();
				let there = 0;
				for (let kill = 0; kill < 5; kill++) {
					const child = new ReportingProcess(process.execPath, [CHILD_PATH, folder]);
					await child.reported(1);
					child.process.stdin!.write('go');
					await child.reported(2);
					const begin = performance.now();
					await child.reported(5);
					// Any instant of an addition is as likely as any other.
					await setTimeout(Math.random() * (performance.now() - begin));
					child.process.kill('SIGKILL');
					const reported = (await child.ended()).reduce((most, { added }) => Math.max(most, added ?? 0), 0);
					const names = listFileNames(folder);
					left.locks += Number(names.includes('statistics.lock'));
					left.temporary += Number(names.some((name) => name.endsWith('.tmp')));
					const file = openFile(folder, () => new Date());
					const { days } = (await file.read())[TOKEN_ID]!;
					const found = days.reduce((sum, { statuses }) => sum + statuses['200']!, 0);
					assert.ok(found === there + reported || found === there + reported + 1, `${found} after ${there} and ${reported}`);
					there = found;
				}
				await openFile(folder, () => new Date()).add(createUsage({ 200: 1 }, new Date()));
				assert.deepEqual(listFileNames(folder), ['statistics.json']);
			}),
		);
		assert.ok(left.locks > 0 && left.temporary > 0, JSON.stringify(left));
	});
});

describe('Use of a token of the workspace', () => {
	const workspaces = new Workspaces();

	it('is what the gateways of all windows counted, and its own alone', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('used', 'unused');
		const source = workspaces.open({ folder, vault, clock: () => noon });
		let counts = 0;
		let changes = 0;
		source.onDidChangeUsage(() => counts++);
		source.onDidChange(() => changes++);
		const gateway = new UsageFile(folder, () => noon, silentLog);
		await gateway.add(createUsage({ 200: 1, 401: 2 }, noon, ids[0]));
		await waitUntil(() => counts === 1, 'the window is told');
		assert.equal(changes, 0);
		assert.deepEqual(await source.getUsage(ids[0]!), createUsage({ 200: 1, 401: 2 })[TOKEN_ID]);
		assert.deepEqual(await source.getUsage(ids[1]!), { days: [], lastUsed: null });
	});

	it('belongs to its callers, who may do with it what they like', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const source = workspaces.open({ folder, vault, clock: () => noon });
		await new UsageFile(folder, () => noon, silentLog).add(createUsage({ 200: 1 }, noon, ids[0]));
		((await source.getUsage(ids[0]!)).days[0]!.statuses as Record<string, number>)['200'] = 1000;
		assert.deepEqual(await source.getUsage(ids[0]!), createUsage({ 200: 1 })[TOKEN_ID]);
	});

	it('is not to be had of a token that there is not', async () => {
		const { folder, vault } = await workspaces.createFilled('one');
		await assert.rejects(workspaces.open({ folder, vault }).getUsage('SU-999-999-999'), /Token SU-999-999-999 doesn't exist/);
	});

	it('is forgotten with the token', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one', 'two');
		const now = new Date();
		const file = new UsageFile(folder, () => now, silentLog);
		await file.add({ ...createUsage({ 200: 1 }, now, ids[0]), ...createUsage({ 200: 1 }, now, ids[1]) });
		await workspaces.open({ folder, vault }).delete(ids[0]!);
		assert.deepEqual(Object.keys(await file.read()), [ids[1]]);
	});
});
