import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WorkspaceSource } from '../../../../src/sources/workspace/workspaceSource';
import { MemoryVault } from '../../../support/store/memoryVault';
import { assertWhole, eventually, Workspaces } from '../../../support/store/workspaces';

describe('Change notice of a workspace source', () => {
	const workspaces = new Workspaces();

	/** Two windows on one workspace, with what each lists whenever it is told of a change. */
	async function twoWindows(...names: string[]) {
		const { folder, vault, ids } = names.length
			? await workspaces.filled(...names)
			: { folder: await workspaces.folder(), vault: new MemoryVault(), ids: [] };
		const [one, other] = [workspaces.open({ folder, vault }), workspaces.open({ folder, vault })];
		return { folder, vault, ids, one, other, told: noticesOf(one), otherTold: noticesOf(other) };
	}

	function noticesOf(source: WorkspaceSource): { count: number } {
		const notices = { count: 0 };
		source.onDidChange(() => notices.count++);
		return notices;
	}

	it('comes once in every window for each change, whoever made it', async () => {
		const { one, other, ids, told, otherTold } = await twoWindows('before');
		const { id } = await one.create({ name: 'new' });
		assert.equal(told.count, 1);
		await eventually(() => otherTold.count === 1, 'the other window is told');
		await assertWhole(other, [...ids, id]);
		await other.delete(id);
		assert.equal(otherTold.count, 2);
		await eventually(() => told.count === 2, 'the first window is told');
		await assertWhole(one, ids);
		// A later change proves that no notice of the earlier ones was still on its way.
		await one.create({ name: 'last' });
		await eventually(() => otherTold.count >= 3, 'the other window is told again');
		assert.deepEqual([told.count, otherTold.count], [3, 3]);
	});

	it('comes for the first token of a workspace, whose folder nobody had made', async () => {
		const { one, other, otherTold } = await twoWindows();
		const { id } = await one.create({ name: 'first' });
		await eventually(() => otherTold.count > 0, 'the other window is told');
		await assertWhole(other, [id]);
		await one.create({ name: 'second' });
		await eventually(() => otherTold.count === 2, 'the other window is told again');
	});

	it('comes when a person edits, replaces, removes or brings back the file', async () => {
		const { folder, ids, one, told } = await twoWindows('one');
		const main = join(folder, 'tokens.json');
		const text = readFileSync(main, 'utf8');
		await assertWhole(one, ids);
		await one.swept;
		const isNamed = async (name: string) => (await one.list())[0]?.name === name;
		writeFileSync(main, text.replace('"one"', '"edited"'));
		await eventually(() => told.count > 0 && isNamed('edited'), 'the edit is noticed');
		let before = told.count;
		writeFileSync(`${main}.new`, text.replace('"one"', '"replaced"'));
		renameSync(`${main}.new`, main);
		await eventually(() => told.count > before && isNamed('replaced'), 'the replacement is noticed');
		before = told.count;
		rmSync(main);
		await eventually(() => told.count > before && isNamed('one'), 'the removal is noticed and undone');
	});

	it('comes when the whole folder goes and when it comes back', async () => {
		const { folder, ids, other, otherTold } = await twoWindows('one');
		const away = join(dirname(folder), 'away');
		renameSync(folder, away);
		await eventually(() => otherTold.count === 1, 'the end of the folder is noticed');
		assert.deepEqual(await other.list(), []);
		mkdirSync(folder);
		copyFileSync(join(away, 'tokens.json'), join(folder, 'tokens.json'));
		await eventually(() => otherTold.count >= 2, 'its return is noticed');
		await assertWhole(other, ids);
	});

	it('comes at the next look where the system could not tell', async () => {
		const { folder, vault } = await workspaces.filled('one');
		const blind = workspaces.open({ folder, vault });
		const told = noticesOf(blind);
		const main = join(folder, 'tokens.json');
		writeFileSync(main, readFileSync(main, 'utf8').replace('"one"', '"edited"'));
		// Synchronously after the edit, so that no notice of the system can have come.
		assert.equal(told.count, 0);
		await blind.list();
		assert.equal(told.count, 1);
	});

	it('comes for a change after a look that found the change before', async () => {
		const { one, other, otherTold } = await twoWindows('before');
		for (let count = 1; count <= 20; count++) {
			await one.create({ name: `token ${count}` });
			assert.equal((await other.list()).length, count + 1);
			assert.equal(otherTold.count, count);
		}
	});

	it('ends with the listener and with the source', async () => {
		const { one, told } = await twoWindows('one');
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
