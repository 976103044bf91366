import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem } from '../../../../src/domain/problems';
import { addTeamCounts, type TeamCount } from '../../../../src/domain/teamCountsPull';
import { DAY_MS } from '../../../../src/domain/token';
import type { WorkspaceSource } from '../../../../src/sources/workspace/workspaceSource';
import { MemoryVault } from '../../../support/store/memoryVault';
import { waitUntil, Workspaces } from '../../../support/store/workspaces';

const NOON = Date.parse('2030-03-31T12:00:00.000Z');
const TODAY = '2030-03-31';

describe('The counts of the team', () => {
	const workspaces = new Workspaces();
	const vault = new MemoryVault();
	let now: number;

	beforeEach(() => {
		now = NOON;
	});

	const clock = () => new Date(now);
	const path = (folder: string) => join(folder, 'teamStatistics.json');

	async function openWithTokens(...names: string[]) {
		const folder = await workspaces.folder();
		const open = () => workspaces.open({ folder, vault, clock });
		const source = open();
		const ids: string[] = [];
		for (const name of names) {
			ids.push((await source.create({ name })).id);
		}
		return { folder, open, source, ids };
	}

	/** Adds what the instance `eu-1` has counted today. */
	function pull(source: WorkspaceSource, counts: Readonly<Record<string, number>>, changes: Partial<TeamCount> = {}) {
		const read = Object.entries(counts).map(([tokenId, count]): TeamCount => ({
			tokenId,
			date: TODAY,
			statusClass: '2xx',
			instance: 'eu-1',
			count,
			...changes,
		}));
		return addTeamCounts(source, { readAt: clock(), readings: [{ readFrom: 'eu-1', counts: read }] }, clock);
	}

	const usage = (count: number, pulledAt = NOON) => ({
		days: [{ date: TODAY, statuses: { '2xx': count } }],
		instances: ['eu-1'],
		pulledAt: new Date(pulledAt).toISOString(),
	});

	it('are shared by all windows, which are notified, and apart from those of this machine', async () => {
		const { folder, open, source, ids } = await openWithTokens('CRM', 'Reports');
		const other = open();
		let changes = 0;
		other.onDidChangeUsage(() => changes++);
		assert.equal(await source.getTeamUsage(ids[0]!), undefined);
		assert.equal(existsSync(path(folder)), false);
		assert.deepEqual(await pull(source, { [ids[0]!]: 5, 'SU-999-999-999': 7 }), { responses: 5, tokens: 1, unknownTokens: 1 });
		await waitUntil(() => changes === 1, 'the other window is notified');
		now += 60_000;
		assert.deepEqual(await pull(other, { [ids[0]!]: 8 }), { responses: 3, tokens: 1, unknownTokens: 0 });
		assert.deepEqual(await source.getTeamUsage(ids[0]!), usage(8, now));
		assert.equal(await source.getTeamUsage(ids[1]!), undefined);
		assert.deepEqual(await source.getUsage(ids[0]!), { days: [], lastUsed: null });
		await assert.rejects(source.getTeamUsage('SU-999-999-999'), /Token SU-999-999-999 doesn't exist/);
		if (process.platform !== 'win32') {
			assert.equal(statSync(path(folder)).mode & 0o777, 0o600);
		}
	});

	it('that windows pull at the same time are added once', async () => {
		const { open, source, ids } = await openWithTokens('CRM');
		const windows = [source, open(), open()];
		const added = await Promise.all(windows.map((window) => pull(window, { [ids[0]!]: 5 })));
		assert.equal(
			added.reduce((sum, { responses }) => sum + responses, 0),
			5,
		);
		assert.deepEqual(await source.getTeamUsage(ids[0]!), usage(5));
	});

	it('are kept for 30 days', async () => {
		const { folder, source, ids } = await openWithTokens('CRM');
		await pull(source, { [ids[0]!]: 5 });
		now += 29 * DAY_MS;
		assert.deepEqual(await source.getTeamUsage(ids[0]!), usage(5));
		now += DAY_MS;
		assert.equal(await source.getTeamUsage(ids[0]!), undefined);
		await pull(source, {});
		assert.deepEqual((JSON.parse(readFileSync(path(folder), 'utf8')) as { tokens: object }).tokens, {});
	});

	it('are removed with their token', async () => {
		const { folder, source, ids } = await openWithTokens('CRM', 'Reports');
		await pull(source, { [ids[0]!]: 5, [ids[1]!]: 1 });
		await source.delete(ids[0]!);
		assert.deepEqual(Object.keys((JSON.parse(readFileSync(path(folder), 'utf8')) as { tokens: object }).tokens), [ids[1]]);
		assert.deepEqual(await source.getTeamUsage(ids[1]!), usage(1));
	});

	it('are set aside if they’re damaged, with a message, and start over with the next pull', async () => {
		for (const damaged of ['{', '{"version":1,"pulledAt":null,"tokens":{"x":[]}}', '{"version":1,"pulledAt":"never","tokens":{}}']) {
			const { folder, source, ids } = await openWithTokens('CRM');
			const reports: string[] = [];
			source.onDidRecover((report) => reports.push(formatProblem(report)));
			writeFileSync(path(folder), damaged);
			assert.equal(await source.getTeamUsage(ids[0]!), undefined);
			await pull(source, { [ids[0]!]: 5 });
			assert.deepEqual(await source.getTeamUsage(ids[0]!), usage(5));
			const saved = readdirSync(folder).find((name) => name.startsWith('teamStatistics.damaged-'));
			assert.equal(readFileSync(join(folder, saved!), 'utf8'), damaged);
			assert.match(
				reports.join('\n'),
				/^The statistics file .*teamStatistics\.json is damaged, so the statistics start over\. .*teamStatistics\.damaged-.*\.json\.$/,
			);
		}
	});

	it('of a newer version aren’t changed', async () => {
		const { folder, source, ids } = await openWithTokens('CRM');
		mkdirSync(folder, { recursive: true });
		writeFileSync(path(folder), '{"version":2,"tokens":{}}');
		assert.equal(await source.getTeamUsage(ids[0]!), undefined);
		await assert.rejects(pull(source, { [ids[0]!]: 5 }), /was saved by a newer version of Connect Tokens\. Update the extension to pull/);
		assert.equal(readFileSync(path(folder), 'utf8'), '{"version":2,"tokens":{}}');
	});

	it('that couldn’t be read again are rejected, and nothing is changed', async () => {
		const { source, ids } = await openWithTokens('CRM');
		await pull(source, { [ids[0]!]: 5 });
		await assert.rejects(pull(source, { [ids[0]!]: 6 }, { instance: 'a b' }));
		await assert.rejects(pull(source, { [ids[0]!]: 6.5 }));
		assert.deepEqual(await source.getTeamUsage(ids[0]!), usage(5));
	});
});
