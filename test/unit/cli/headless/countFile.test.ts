import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandLineError } from '../../../../src/broker/commandLineError';
import { CountFile } from '../../../../src/cli/headless/countFile';
import { silentLog } from '../../../../src/domain/log';
import type { TokenLimits } from '../../../../src/domain/tokenLimits';
import { repositoryRoot } from '../../../host/paths';

const ID = 'SU-000-000-001';
const NOON = Date.parse('2030-03-01T12:00:00.000Z');
const LIMITS: TokenLimits = { rate: { requests: 10, per: 'hour' }, total: 100 };

describe('The count file', () => {
	let folder: string;
	let path: string;
	let open: CountFile[];
	let now: number;

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-counts-'));
		[path, open, now] = [join(folder, 'counts.json'), [], NOON];
	});
	afterEach(async () => {
		open.forEach((file) => file.dispose());
		await rm(folder, { recursive: true, force: true });
	});

	function create(file = path): CountFile {
		const created = new CountFile(file, () => new Date(now), silentLog);
		open.push(created);
		return created;
	}

	const counted = (count: number, tokenId = ID) => ({
		tokenId,
		limits: LIMITS,
		counts: { rate: { per: 'hour', at: now, current: count, previous: 0 }, total: count } as const,
	});
	const used = (count: number, date = '2030-03-01') => ({
		[ID]: {
			days: [{ date, statuses: { 200: count } }],
			hours: [{ hour: `${date}T12`, statuses: { 200: count } }],
			lastUsed: `${date}T12:00:00.000Z`,
		},
	});

	it('is created without access for others, and changes nothing else in its folder', async () => {
		const { mode } = await stat(folder);
		await create().open();
		assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), { version: 1, tokens: {}, limits: {} });
		assert.deepEqual(await readdir(folder), ['counts.json']);
		if (process.platform !== 'win32') {
			assert.equal((await stat(path)).mode & 0o777, 0o600);
			assert.equal((await stat(folder)).mode, mode);
		}
	});

	it('adds up what several gateways count, at the same time and one after another', async () => {
		const [first, second] = [create(), create()];
		await Promise.all([first.open(), second.open()]);
		await Promise.all([
			...Array.from({ length: 10 }, () => first.add([counted(1)])),
			...Array.from({ length: 10 }, () => second.add([counted(1), counted(2, 'SU-000-000-002')])),
			first.addUsage(used(3)),
			second.addUsage(used(4)),
		]);
		const restarted = create();
		await restarted.open();
		const counts = await restarted.read();
		assert.deepEqual([counts[ID]?.total, counts[ID]?.rate?.current, counts['SU-000-000-002']?.total], [20, 20, 20]);
		const { tokens } = JSON.parse(await readFile(path, 'utf8')) as { tokens: ReturnType<typeof used> };
		assert.deepEqual(tokens[ID].days, [{ date: '2030-03-01', statuses: { 200: 7 } }]);
	});

	it('tells other gateways about changes', async () => {
		const [first, second] = [create(), create()];
		await first.open();
		const changed = new Promise<void>((resolve) => second.onDidChange(resolve));
		await first.add([counted(5)]);
		await changed;
		assert.equal((await second.read())[ID]?.total, 5);
	});

	it('forgets rates and statistics that don’t matter anymore, but no total', async () => {
		const file = create();
		await file.add([counted(5)]);
		await file.addUsage(used(3));
		now += 40 * 24 * 3_600_000;
		await file.add([counted(1, 'SU-000-000-002')]);
		await file.addUsage(used(1, '2030-04-10'));
		assert.deepEqual((await file.read())[ID], { total: 5 });
		const { tokens } = JSON.parse(await readFile(path, 'utf8')) as { tokens: ReturnType<typeof used> };
		assert.deepEqual(
			tokens[ID].days.map(({ date }) => date),
			['2030-04-10'],
		);
	});

	it('is left alone if it’s damaged, even while the gateway runs', async () => {
		for (const text of [
			'',
			'{',
			'{"version":1}',
			`{"version":1,"tokens":{},"limits":{"${ID}":{"total":-1}}}`,
			'{"version":1,"tokens":{"x":{}},"limits":{}}',
		]) {
			await writeFile(path, text);
			const file = create();
			for (const action of [() => file.open(), () => file.add([counted(1)]), () => file.read()]) {
				await assert.rejects(
					action(),
					(error) => error instanceof CommandLineError && error.message.includes(' is damaged. Restore it, or delete it'),
				);
			}
			assert.equal(await readFile(path, 'utf8'), text);
		}
		await writeFile(path, '{"version":2}');
		await assert.rejects(create().open(), /was written by a newer version of Connect Tokens\. Update this program/);
		assert.deepEqual(await readdir(folder), ['counts.json']);
	});

	it('can’t be used if something else is in the way, which the error names', async () => {
		await assert.rejects(
			create(join(folder, 'missing/counts.json')).open(),
			/The folder of the count file .* doesn't exist\. Create it and try again\./,
		);
		await writeFile(`${path}.lock`, 'not a lock');
		await assert.rejects(
			create().open(),
			/Couldn't lock the count file .*counts\.json.* isn't a lock\. Try again, or choose another file\./,
		);
		await rm(`${path}.lock`);
		await mkdir(path);
		await assert.rejects(create().open(), /Couldn't read .*counts\.json because it's a folder\./);
	});

	it('can be read as the documentation describes it', async () => {
		const text = await readFile(join(repositoryRoot, 'docs/gateway-without-an-editor.md'), 'utf8');
		const [, example = ''] = /^```json\n(\{\n\t"version".*?)^```$/ms.exec(text) ?? [];
		await writeFile(path, example);
		now = Date.parse('2030-01-31T13:00:00.000Z');
		const file = create();
		await file.open();
		assert.equal((await file.read())['SU-000-000-000']?.total, 41);
		assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), JSON.parse(example));
	});
});
