import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENDED_LEASE_RETENTION_MS } from '../../../../src/domain/lease';
import { silentLog } from '../../../../src/domain/log';
import { TokenSources } from '../../../../src/domain/tokenSources';
import { ClockScheduler } from '../../../../src/models/clockScheduler';
import { LeaseSweep } from '../../../../src/models/leaseSweep';
import { STORE_VERSION } from '../../../../src/sources/workspace/storeSchema';
import { MemoryVault } from '../../../support/store/memoryVault';
import { Places } from '../../../support/store/places';
import { assertTokensReadable, waitUntil, Workspaces } from '../../../support/store/workspaces';

const LEASE = { task: 'Check the prices', agent: 'Copilot' };
const HOUR_MS = 60 * 60_000;

describe('Leases of a workspace', () => {
	const workspaces = new Workspaces();
	const sweeps: LeaseSweep[] = [];
	const time = { now: new Date() };
	const clock = () => time.now;
	const wait = (milliseconds: number) => (time.now = new Date(time.now.getTime() + milliseconds));
	const inMs = (milliseconds: number) => new Date(time.now.getTime() + milliseconds).toISOString();

	beforeEach(() => {
		time.now = new Date('2030-01-01T00:00:00.000Z');
	});
	afterEach(() => sweeps.splice(0).forEach((sweep) => sweep.dispose()));

	/** Opens a window that deletes ended leases. Its due callbacks run only with `runDue`. */
	function openWindow(folder: string, vault = new MemoryVault()) {
		const source = workspaces.open({ folder, vault, clock });
		const scheduler = new ClockScheduler(clock, () => ({ dispose: () => undefined }));
		const sweep = new LeaseSweep({ sources: new TokenSources(source, silentLog), clock, scheduler, log: silentLog });
		sweeps.push(sweep);
		return { source, scheduler, sweep };
	}

	const createLease = (source: ReturnType<typeof openWindow>['source'], hours = 1) =>
		source.create({ name: 'Prices', permissions: ['products:read'], lease: LEASE, expirationDate: inMs(hours * HOUR_MS) });
	const listIds = async (source: ReturnType<typeof openWindow>['source']) => (await source.list()).map(({ id }) => id);

	it('are stored with their task, and end when the user ends them', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const { source } = openWindow(folder, vault);
		const { id, lease, status } = await createLease(source);
		assert.deepEqual([lease, status], [LEASE, 'active']);
		const other = workspaces.open({ folder, vault, clock });
		assert.deepEqual((await other.get(id))?.lease, LEASE);
		await assertTokensReadable(other, [id]);
		wait(60_000);
		const ended = await other.endLease(id);
		assert.deepEqual([ended.status, ended.expirationDate], ['expired', time.now.toISOString()]);
		assert.equal((await source.get(id))?.status, 'expired');
		assert.deepEqual(
			(await source.getHistory(id)).map(({ kind }) => kind),
			['leaseEnded', 'created'],
		);
		await assert.rejects(source.endLease(id), /has already ended/);
		await assert.rejects(source.endLease((await source.create({ name: 'Ordinary' })).id), /isn't a lease/);
		await assert.rejects(source.endLease('SU-999-999-999'), /doesn't exist/);
	});

	it('cannot be longer than 8 hours, whatever changes them', async () => {
		const { source } = openWindow(await workspaces.folder());
		const { id } = await createLease(source);
		wait(HOUR_MS / 2);
		for (const change of ['rotate', 'renew'] as const) {
			await assert.rejects(source[change](id, { expirationDate: null }), /A lease lasts at most 8 hours/);
			await assert.rejects(source[change](id, { expirationDate: inMs(8 * HOUR_MS + 1) }), /A lease lasts at most 8 hours/);
		}
		assert.equal((await source.renew(id)).renewedExpirationDate, inMs(HOUR_MS));
		assert.equal((await source.rotate(id)).expirationDate, inMs(HOUR_MS));
		assert.deepEqual((await source.update(id, { name: 'Other' })).lease, LEASE);
		await assert.rejects(source.update(id, { lease: LEASE } as never), /"lease" isn't a token property/);
	});

	it('are never imported keys', async () => {
		const { source } = openWindow(await workspaces.folder());
		const key = `ApiKey SU-100-200-300:${'ab'.repeat(20)}`;
		const draft = { name: 'Imported', lease: LEASE, expirationDate: inMs(HOUR_MS) };
		await assert.rejects(source.import(key, draft), /Only new tokens of the workspace can be leases/);
		assert.deepEqual(await source.list(), []);
	});

	it('are deleted a day after they ended, with their keys and what was recorded about them', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const { source, scheduler } = openWindow(folder, vault);
		const ordinary = await source.create({ name: 'Ordinary', expirationDate: inMs(HOUR_MS) });
		const { id } = await createLease(source);
		await source.whenSwept;
		wait(HOUR_MS + ENDED_LEASE_RETENTION_MS - 1);
		scheduler.runDue();
		assert.deepEqual(await listIds(source), [ordinary.id, id]);
		assert.equal((await vault.keyIds()).length, 2);
		wait(1);
		scheduler.runDue();
		await waitUntil(async () => (await listIds(source)).join() === ordinary.id, 'only the lease is deleted');
		await waitUntil(async () => (await vault.keyIds()).length === 1, 'its key is removed');
		await waitUntil(() => !readFileSync(join(folder, 'history.json'), 'utf8').includes(id), 'its history is removed');
	});

	it('are deleted by the next window if they ended while none was open', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const first = workspaces.open({ folder, vault, clock });
		await createLease(first);
		await first.whenSwept;
		first.dispose();
		wait(30 * ENDED_LEASE_RETENTION_MS);
		const { source, sweep } = openWindow(folder, vault);
		await sweep.sweep();
		assert.deepEqual(await source.list(), []);
		assert.deepEqual(await vault.keyIds(), []);
	});

	it('are deleted once by several windows, and not if they got a new key in another one', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const windows = [openWindow(folder, vault), openWindow(folder, vault), openWindow(folder, vault)] as const;
		const [{ source }, other] = windows;
		const ended = await createLease(source);
		const extended = await createLease(source);
		wait(HOUR_MS + ENDED_LEASE_RETENTION_MS);
		await other.source.rotate(extended.id, { expirationDate: inMs(HOUR_MS) });
		await Promise.all(windows.map(({ sweep }) => sweep.sweep()));
		for (const window of windows) {
			assert.deepEqual(await listIds(window.source), [extended.id]);
		}
		await assertTokensReadable(source, [extended.id]);
		assert.notEqual(ended.id, extended.id);
		wait(HOUR_MS + ENDED_LEASE_RETENTION_MS);
		windows.forEach(({ scheduler }) => scheduler.runDue());
		await waitUntil(async () => (await vault.keyIds()).length === 0, 'the other one is deleted, too');
	});

	it('are scheduled for deletion when they are created, also by another window', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const { source, scheduler, sweep } = openWindow(folder, vault);
		await source.create({ name: 'Ordinary' });
		await sweep.sweep();
		const other = workspaces.open({ folder, vault, clock });
		const { id } = await createLease(other);
		wait(HOUR_MS + ENDED_LEASE_RETENTION_MS);
		await waitUntil(async () => {
			// Nothing is scheduled until the window has noticed the lease.
			scheduler.runDue();
			return !(await listIds(other)).includes(id);
		}, 'the lease is deleted');
	});

	it('are kept if the store cannot be changed, without trying again and again', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const { source, scheduler, sweep } = openWindow(folder, vault);
		const { id } = await createLease(source);
		const text = readFileSync(join(folder, 'tokens.json'), 'utf8');
		writeFileSync(join(folder, 'tokens.json'), text.replace(`"version": ${STORE_VERSION}`, `"version": ${STORE_VERSION + 1}`));
		wait(HOUR_MS + ENDED_LEASE_RETENTION_MS);
		await sweep.sweep();
		assert.deepEqual(await listIds(source), [id]);
		scheduler.runDue();
		assert.deepEqual(await listIds(source), [id]);
	});

	it('move to another folder with the workspace, and are still deleted', async () => {
		const places = new Places(await workspaces.root());
		await places.createFilled('old', 'CRM');
		const { source } = places.open('old');
		const { id } = await source.create({ name: 'Prices', lease: LEASE, expirationDate: new Date(Date.now() + HOUR_MS).toISOString() });
		await source.whenSwept;
		source.dispose();
		renameSync(places.path('old'), places.path('new'));
		const moved = places.open('new', { clock: () => new Date(Date.now() + 2 * ENDED_LEASE_RETENTION_MS) });
		const [found] = await moved.adoption.find();
		assert.equal(await moved.adoption.adopt(found!), 2);
		assert.deepEqual((await moved.source.get(id))?.lease, LEASE);
		await moved.source.deleteEndedLeases();
		assert.deepEqual(
			(await moved.source.list()).map(({ name }) => name),
			['CRM'],
		);
		await moved.source.whenSwept;
		moved.source.dispose();
	});
});
