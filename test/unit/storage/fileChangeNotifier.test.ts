import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WorkspaceSource } from '../../../src/sources/workspace/workspaceSource';
import { MemoryVault } from '../../support/store/memoryVault';
import { assertTokensReadable, waitUntil, Workspaces } from '../../support/store/workspaces';

describe('Change notice of a workspace source', () => {
	const workspaces = new Workspaces();

	/** Two windows on one workspace, with what each lists whenever it is told of a change. */
	async function openTwoWindows(...names: string[]) {
		const { folder, vault, ids } = names.length
			? await workspaces.createFilled(...names)
			: { folder: await workspaces.folder(), vault: new MemoryVault(), ids: [] };
		const [one, other] = [workspaces.open({ folder, vault }), workspaces.open({ folder, vault })];
		return { folder, vault, ids, one, other, told: countNotifications(one), otherTold: countNotifications(other) };
	}

	function countNotifications(source: WorkspaceSource): { count: number } {
		const notices = { count: 0 };
		source.onDidChange(() => notices.count++);
		return notices;
	}

	it('comes once in every window for each change, whoever made it', async () => {
		const { one, other, ids, told, otherTold } = await openTwoWindows('before');
		const { id } = await one.create({ name: 'new' });
		assert.equal(told.count, 1);
		await waitUntil(() => otherTold.count === 1, 'the other window is told');
		await assertTokensReadable(other, [...ids, id]);
		await other.delete(id);
		assert.equal(otherTold.count, 2);
		await waitUntil(() => told.count === 2, 'the first window is told');
		await assertTokensReadable(one, ids);
		// A later change proves that no notice of the earlier ones was still on its way.
		await one.create({ name: 'last' });
		await waitUntil(() => otherTold.count >= 3, 'the other window is told again');
		assert.deepEqual([told.count, otherTold.count], [3, 3]);
	});

	it('comes for the first token of a workspace, whose folder nobody had made', async () => {
		const { one, other, otherTold } = await openTwoWindows();
		const { id } = await one.create({ name: 'first' });
		await waitUntil(() => otherTold.count > 0, 'the other window is told');
		await assertTokensReadable(other, [id]);
		await one.create({ name: 'second' });
		await waitUntil(() => otherTold.count === 2, 'the other window is told again');
	});

	it('comes when a person edits, replaces, removes or brings back the file', async () => {
		const { folder, ids, one, told } = await openTwoWindows('one');
		const main = join(folder, 'tokens.json');
		const text = readFileSync(main, 'utf8');
		await assertTokensReadable(one, ids);
		await one.whenSwept;
		const isListed = async (name: string) => (await one.list())[0]?.name === name;
		writeFileSync(main, text.replace('"one"', '"edited"'));
		await waitUntil(() => told.count > 0 && isListed('edited'), 'the edit is noticed');
		let before = told.count;
		writeFileSync(`${main}.new`, text.replace('"one"', '"replaced"'));
		renameSync(`${main}.new`, main);
		await waitUntil(() => told.count > before && isListed('replaced'), 'the replacement is noticed');
		before = told.count;
		rmSync(main);
		await waitUntil(() => told.count > before && isListed('one'), 'the removal is noticed and undone');
	});

	it('comes when the whole folder goes and when it comes back', async () => {
		const { folder, ids, other, otherTold } = await openTwoWindows('one');
		const away = join(dirname(folder), 'away');
		renameSync(folder, away);
		await waitUntil(() => otherTold.count === 1, 'the end of the folder is noticed');
		assert.deepEqual(await other.list(), []);
		mkdirSync(folder);
		copyFileSync(join(away, 'tokens.json'), join(folder, 'tokens.json'));
		await waitUntil(() => otherTold.count >= 2, 'its return is noticed');
		await assertTokensReadable(other, ids);
	});

	it('comes at the next look where the system could not tell', async () => {
		const { folder, vault } = await workspaces.createFilled('one');
		const blind = workspaces.open({ folder, vault });
		const told = countNotifications(blind);
		const main = join(folder, 'tokens.json');
		writeFileSync(main, readFileSync(main, 'utf8').replace('"one"', '"edited"'));
		// Synchronously after the edit, so that no notice of the system can have come.
		assert.equal(told.count, 0);
		await blind.list();
		assert.equal(told.count, 1);
	});

	it('comes for a change after a look that found the change before', async () => {
		const { one, other, otherTold } = await openTwoWindows('before');
		for (let count = 1; count <= 20; count++) {
			await one.create({ name: `token ${count}` });
			assert.equal((await other.list()).length, count + 1);
			assert.equal(otherTold.count, count);
		}
	});

	it('ends with the listener and with the source', async () => {
		const { one, told } = await openTwoWindows('one');
		let calls = 0;
		const listening = one.onDidChange(() => calls++);
		await one.create({ name: 'two' });
		listening.dispose();
		await one.create({ name: 'three' });
		assert.deepEqual([calls, told.count], [1, 2]);
		one.dispose();
		one.dispose();
		await one.create({ name: 'four' });
		assert.equal(told.count, 2);
	});
});
