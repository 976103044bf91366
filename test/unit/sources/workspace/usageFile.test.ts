import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { formatProblem } from '../../../../src/domain/problems';
import { toUtcDate, USAGE_RETENTION_DAYS, type UsageByToken } from '../../../../src/domain/tokenUsage';
import { DAY_MS } from '../../../../src/domain/token';
import { UsageFile } from '../../../../src/sources/workspace/usageFile';
import { ReportingProcess } from '../../../support/store/reportingProcess';
import { waitUntil, readFiles, listSortedFileNames, Workspaces } from '../../../support/store/workspaces';
import { silentLog } from '../../../../src/domain/log';

const CHILD_PATH = join(__dirname, '../../../support/usage/usageFileChild.js');
const TOKEN_ID = 'SU-000-000-001';
const noon = new Date('2030-03-01T12:00:00Z');

/** Creates the usage of a token on the day of `when`. */
function createUsage(statuses: Record<string, number>, when = noon, id = TOKEN_ID): UsageByToken {
	return { [id]: { days: [{ date: toUtcDate(when), statuses }], lastUsed: when.toISOString() } };
}

const MODULES = { products: { read: 1, write: 2 }, 'My  Orders': { read: 3, write: 0 } };

describe('Usage file', () => {
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

	it('is not created before anything is counted', async () => {
		const folder = await workspaces.folder();
		const file = openFile(folder);
		assert.deepEqual(await file.read(), {});
		await file.add({});
		assert.deepEqual(listSortedFileNames(folder), []);
	});

	it('adds up the counts of all windows, and notifies each of changes', async () => {
		const folder = await workspaces.folder();
		const [one, other] = [openFile(folder), openFile(folder)];
		let changeEvents = 0;
		other.onDidChange(() => changeEvents++);
		await one.add(createUsage({ 200: 2, 403: 1 }));
		await waitUntil(() => changeEvents === 1, 'the other window is notified');
		await other.add({ ...createUsage({ 200: 3 }), ...createUsage({ 101: 1 }, noon, 'SU-000-000-002') });
		assert.equal(changeEvents, 2);
		const expected = { ...createUsage({ 200: 5, 403: 1 }), ...createUsage({ 101: 1 }, noon, 'SU-000-000-002') };
		assert.deepEqual(await one.read(), expected);
		assert.deepEqual(await other.read(), expected);
	});

	it('is readable, with one line per day and hour', async () => {
		const folder = await workspaces.folder();
		const usage = createUsage({ 200: 12, 404: 1 })[TOKEN_ID]!;
		await openFile(folder).add({ [TOKEN_ID]: { ...usage, hours: [{ hour: '2030-03-01T11', statuses: { 200: 12 } }] } });
		await openFile(folder).add({ [TOKEN_ID]: { days: [{ date: '2030-03-01', statuses: {}, modules: MODULES }], lastUsed: null } });
		assert.equal(
			readFileSync(join(folder, 'statistics.json'), 'utf8'),
			[
				'{',
				'\t"version": 2,',
				'\t"tokens": {',
				'\t\t"SU-000-000-001": {',
				'\t\t\t"days": [',
				'\t\t\t\t{ "date": "2030-03-01", "statuses": { "200": 12, "404": 1 }, "modules": ' +
					'{ "My  Orders": { "read": 3, "write": 0 }, "products": { "read": 1, "write": 2 } } }',
				'\t\t\t],',
				'\t\t\t"hours": [',
				'\t\t\t\t{ "hour": "2030-03-01T11", "statuses": { "200": 12 } }',
				'\t\t\t],',
				'\t\t\t"lastUsed": "2030-03-01T12:00:00.000Z"',
				'\t\t}',
				'\t}',
				'}',
				'',
			].join('\n'),
		);
	});

	it('removes old days, keeps the last use, and does not grow with the number of responses', async () => {
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

	it('removes deleted tokens, but not one used since', async () => {
		const folder = await workspaces.folder();
		const file = openFile(folder);
		const [deleted, kept, added] = ['SU-000-000-001', 'SU-000-000-002', 'SU-000-000-003'];
		await file.add({
			...createUsage({ 200: 1 }, noon, deleted),
			...createUsage({ 200: 1 }, noon, kept),
			...createUsage({ 200: 1 }, new Date(noon.getTime() + 1), added),
		});
		await file.removeMissingTokens([kept], noon);
		assert.deepEqual(Object.keys(await openFile(folder).read()), [kept, added]);
	});

	for (const [condition, damage] of [
		['truncated', (text: string) => text.slice(0, -20)],
		['empty', () => ''],
		['in another format', (text: string) => text.replace('"200": 1', '"200": -1')],
		['binary', () => Buffer.from([0xff, 0xfe, 0x00])],
	] as const) {
		for (const [trigger, use] of [
			['added', (file: UsageFile) => file.add(createUsage({ 200: 7 }))],
			['read', (file: UsageFile) => file.read().then((tokens) => assert.deepEqual(tokens, {}))],
		] as const) {
			it(`that is ${condition} is set aside and reported when usage is ${trigger}`, async () => {
				const folder = await workspaces.folder();
				const damaged = damage(await readText(folder));
				writeFileSync(join(folder, 'statistics.json'), damaged);
				const file = openFile(folder);
				const reports: string[] = [];
				file.onDidRecover((report) => reports.push(formatProblem(report)));
				await use(file);
				const [aside] = listSortedFileNames(folder).filter((name) => name.startsWith('statistics.damaged-'));
				assert.deepEqual(readFiles(folder)[aside!], Buffer.from(damaged));
				assert.equal(reports.length, 1);
				assert.ok(reports[0]!.includes(join(folder, aside!)));
				await file.add(createUsage({ 200: 1 }));
				assert.deepEqual(await openFile(folder).read(), createUsage({ 200: trigger === 'added' ? 8 : 1 }));
			});
		}
	}

	it('of a newer version is read as far as possible and never overwritten', async () => {
		const folder = await workspaces.folder();
		const { tokens } = JSON.parse(await readText(folder)) as { tokens: object };
		writeFileSync(
			join(folder, 'statistics.json'),
			JSON.stringify({ version: 3, tokens: { ...tokens, 'SU-000-000-002': { per: 'hour' } } }),
		);
		const before = readFiles(folder);
		const file = openFile(folder);
		assert.deepEqual(await file.read(), createUsage({ 200: 1 }));
		await assert.rejects(file.add(createUsage({ 200: 1 })), /newer version.*Update the extension/);
		assert.deepEqual(readFiles(folder), before);
	});

	it('of the version before is read, and says since when requests are counted by module', async () => {
		const folder = await workspaces.folder();
		const earlier = { ...createUsage({ 200: 2 }, new Date(noon.getTime() - DAY_MS)), 'SU-000-000-002': { days: [], lastUsed: null } };
		await openFile(folder).add(createUsage({ 200: 1 }));
		writeFileSync(join(folder, 'statistics.json'), JSON.stringify({ version: 1, tokens: earlier }));
		let now = noon;
		const file = openFile(folder, () => now);
		assert.equal((await file.read())[TOKEN_ID]!.modulesSince, '2030-03-01');
		await file.add({ [TOKEN_ID]: { days: [{ date: '2030-03-01', statuses: { 200: 1 }, modules: MODULES }], lastUsed: null } });
		now = new Date(noon.getTime() + 20 * DAY_MS);
		const { days, modulesSince } = (await openFile(folder, () => now).read())[TOKEN_ID]!;
		assert.deepEqual(days, [
			{ date: '2030-02-28', statuses: { 200: 2 } },
			{ date: '2030-03-01', statuses: { 200: 1 }, modules: MODULES },
		]);
		assert.equal(modulesSince, '2030-03-01');
		now = new Date(noon.getTime() + (USAGE_RETENTION_DAYS - 1) * DAY_MS);
		await file.add(createUsage({ 200: 1 }, now));
		assert.equal((await openFile(folder, () => now).read())[TOKEN_ID]!.modulesSince, undefined);
		await file.add(createUsage({ 200: 1 }, now, 'SU-000-000-003'));
		assert.equal((await file.read())['SU-000-000-003']!.modulesSince, undefined);
	});

	it('rejects invalid counts', async () => {
		const folder = await workspaces.folder();
		const file = openFile(folder);
		for (const counted of [createUsage({ 20: 1 }), createUsage({ 200: 0.5 }), createUsage({ 200: 1 }, noon, 'SU-1')]) {
			await assert.rejects(file.add(counted));
		}
		assert.deepEqual(await file.read(), {});
	});

	it('has every count that two processes add at once', async function () {
		this.timeout(60_000);
		const folder = await workspaces.folder();
		const many = 50;
		const processes = [1, 2].map(() => new ReportingProcess(process.execPath, [CHILD_PATH, folder, String(many)]));
		await Promise.all(processes.map((child) => child.reported(1)));
		processes.forEach((child) => child.process.stdin!.write('go'));
		for (const child of processes) {
			assert.equal((await child.ended()).at(-1)!.added, many);
		}
		const { days } = (await openFile(folder, () => new Date()).read())[TOKEN_ID]!;
		assert.equal(
			days.reduce((sum, { statuses }) => sum + statuses['200']!, 0),
			2 * many,
		);
	});

	it('is intact after a process is killed at any instant, has all reported counts, and is cleaned up', async function () {
		this.timeout(120_000);
		const left = { locks: 0, temporary: 0 };
		const hasAllLeftovers = () => left.locks > 0 && left.temporary > 0;
		// These run in parallel, because each one mostly waits for the lock of its killed process to become stale.
		await Promise.all(
			Array.from({ length: 3 }, async () => {
				const folder = await workspaces.folder();
				let expected = 0;
				for (let kill = 0; kill < (hasAllLeftovers() ? 4 : 20); kill++) {
					const child = new ReportingProcess(process.execPath, [CHILD_PATH, folder]);
					await child.reported(1);
					child.process.stdin!.write('go');
					await child.reported(2);
					const startedAt = performance.now();
					await child.reported(5);
					// Any instant of an addition is equally likely.
					await setTimeout(Math.random() * (performance.now() - startedAt));
					child.process.kill('SIGKILL');
					const reported = (await child.ended()).reduce((most, { added }) => Math.max(most, added ?? 0), 0);
					const names = listSortedFileNames(folder);
					left.locks += Number(names.includes('statistics.lock'));
					left.temporary += Number(names.some((name) => name.endsWith('.tmp')));
					const file = openFile(folder, () => new Date());
					const { days } = (await file.read())[TOKEN_ID]!;
					const found = days.reduce((sum, { statuses }) => sum + statuses['200']!, 0);
					assert.ok(found === expected + reported || found === expected + reported + 1, `${found} after ${expected} and ${reported}`);
					expected = found;
				}
				await openFile(folder, () => new Date()).add(createUsage({ 200: 1 }, new Date()));
				assert.deepEqual(listSortedFileNames(folder), ['statistics.json']);
			}),
		);
		assert.ok(hasAllLeftovers(), JSON.stringify(left));
	});
});

describe('Usage of a workspace token', () => {
	const workspaces = new Workspaces();

	it('includes the counts of all windows for this token only', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('used', 'unused');
		const source = workspaces.open({ folder, vault, clock: () => noon });
		let counts = 0;
		let changes = 0;
		source.onDidChangeUsage(() => counts++);
		source.onDidChange(() => changes++);
		const gateway = new UsageFile(folder, () => noon, silentLog);
		await gateway.add(createUsage({ 200: 1, 401: 2 }, noon, ids[0]));
		await waitUntil(() => counts === 1, 'the window is notified');
		assert.equal(changes, 0);
		assert.deepEqual(await source.getUsage(ids[0]!), createUsage({ 200: 1, 401: 2 })[TOKEN_ID]);
		assert.deepEqual(await source.getUsage(ids[1]!), { days: [], lastUsed: null });
	});

	it('is a copy that callers can modify', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const source = workspaces.open({ folder, vault, clock: () => noon });
		await new UsageFile(folder, () => noon, silentLog).add(createUsage({ 200: 1 }, noon, ids[0]));
		((await source.getUsage(ids[0]!)).days[0]!.statuses as Record<string, number>)['200'] = 1000;
		assert.deepEqual(await source.getUsage(ids[0]!), createUsage({ 200: 1 })[TOKEN_ID]);
	});

	it('is rejected for an unknown token', async () => {
		const { folder, vault } = await workspaces.createFilled('one');
		await assert.rejects(workspaces.open({ folder, vault }).getUsage('SU-999-999-999'), /Token SU-999-999-999 doesn't exist/);
	});

	it('is removed with the token', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one', 'two');
		const now = new Date();
		const file = new UsageFile(folder, () => now, silentLog);
		await file.add({ ...createUsage({ 200: 1 }, now, ids[0]), ...createUsage({ 200: 1 }, now, ids[1]) });
		await workspaces.open({ folder, vault }).delete(ids[0]!);
		assert.deepEqual(Object.keys(await file.read()), [ids[1]]);
	});
});
