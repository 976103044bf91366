import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WorkspaceSource } from '../../../src/sources/workspace/workspaceSource';
import { MemoryVault } from '../../support/store/memoryVault';
import { assertTokensReadable, waitUntil, Workspaces } from '../../support/store/workspaces';

describe('Change event of a workspace source', () => {
	const workspaces = new Workspaces();

	/** Opens two windows on a workspace and counts the change events in each. */
	async function openTwoWindows(...names: string[]) {
		const { folder, vault, ids } = names.length
			? await workspaces.createFilled(...names)
			: { folder: await workspaces.folder(), vault: new MemoryVault(), ids: [] };
		const [one, other] = [workspaces.open({ folder, vault }), workspaces.open({ folder, vault })];
		return { folder, vault, ids, one, other, events: countEvents(one), otherEvents: countEvents(other) };
	}

	function countEvents(source: WorkspaceSource): { count: number } {
		const events = { count: 0 };
		source.onDidChange(() => events.count++);
		return events;
	}

	it('fires once in each window for each change by any window', async () => {
		const { one, other, ids, events, otherEvents } = await openTwoWindows('before');
		const { id } = await one.create({ name: 'new' });
		assert.equal(events.count, 1);
		await waitUntil(() => otherEvents.count === 1, 'the other window is notified');
		await assertTokensReadable(other, [...ids, id]);
		await other.delete(id);
		assert.equal(otherEvents.count, 2);
		await waitUntil(() => events.count === 2, 'the first window is notified');
		await assertTokensReadable(one, ids);
		// A later change proves that no event of the earlier ones was pending.
		await one.create({ name: 'last' });
		await waitUntil(() => otherEvents.count >= 3, 'the other window is notified again');
		assert.deepEqual([events.count, otherEvents.count], [3, 3]);
	});

	it('fires for the first token of a workspace, which creates its folder', async () => {
		const { one, other, otherEvents } = await openTwoWindows();
		const { id } = await one.create({ name: 'first' });
		await waitUntil(() => otherEvents.count > 0, 'the other window is notified');
		await assertTokensReadable(other, [id]);
		await one.create({ name: 'second' });
		await waitUntil(() => otherEvents.count === 2, 'the other window is notified again');
	});

	it('fires when the file is edited, replaced, or removed manually', async () => {
		const { folder, ids, one, events } = await openTwoWindows('one');
		const main = join(folder, 'tokens.json');
		const text = readFileSync(main, 'utf8');
		await assertTokensReadable(one, ids);
		await one.whenSwept;
		const isListed = async (name: string) => (await one.list())[0]?.name === name;
		writeFileSync(main, text.replace('"one"', '"edited"'));
		await waitUntil(() => events.count > 0 && isListed('edited'), 'the edit is detected');
		let before = events.count;
		writeFileSync(`${main}.new`, text.replace('"one"', '"replaced"'));
		renameSync(`${main}.new`, main);
		await waitUntil(() => events.count > before && isListed('replaced'), 'the replacement is detected');
		before = events.count;
		rmSync(main);
		await waitUntil(() => events.count > before && isListed('one'), 'the removal is detected and undone');
	});

	it('fires when the folder is removed and created again', async () => {
		const { folder, ids, other, otherEvents } = await openTwoWindows('one');
		const away = join(dirname(folder), 'away');
		renameSync(folder, away);
		await waitUntil(() => otherEvents.count === 1, 'the removal of the folder is detected');
		assert.deepEqual(await other.list(), []);
		mkdirSync(folder);
		copyFileSync(join(away, 'tokens.json'), join(folder, 'tokens.json'));
		await waitUntil(() => otherEvents.count >= 2, 'its creation is detected');
		await assertTokensReadable(other, ids);
	});

	it('fires on the next read before the system reports the change', async () => {
		const { folder, vault } = await workspaces.createFilled('one');
		const source = workspaces.open({ folder, vault });
		const events = countEvents(source);
		const main = join(folder, 'tokens.json');
		writeFileSync(main, readFileSync(main, 'utf8').replace('"one"', '"edited"'));
		// Synchronous, so the system can't have reported the edit yet.
		assert.equal(events.count, 0);
		await source.list();
		assert.equal(events.count, 1);
	});

	it('fires for each change that is followed by a read', async () => {
		const { one, other, otherEvents } = await openTwoWindows('before');
		for (let count = 1; count <= 20; count++) {
			await one.create({ name: `token ${count}` });
			assert.equal((await other.list()).length, count + 1);
			assert.equal(otherEvents.count, count);
		}
	});

	it('stops when the listener or the source is disposed', async () => {
		const { one, events } = await openTwoWindows('one');
		let calls = 0;
		const subscription = one.onDidChange(() => calls++);
		await one.create({ name: 'two' });
		subscription.dispose();
		await one.create({ name: 'three' });
		assert.deepEqual([calls, events.count], [1, 2]);
		one.dispose();
		one.dispose();
		await one.create({ name: 'four' });
		assert.equal(events.count, 2);
	});
});
