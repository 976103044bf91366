import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { WorkspaceSource } from '../../../../src/sources/workspace/workspaceSource';
import type { WorkspaceSourceOptions } from '../../../../src/sources/workspace/workspaceSourceOptions';
import { MemoryVault } from '../../../support/store/memoryVault';
import { assertTokensReadable, Workspaces } from '../../../support/store/workspaces';

describe('A workspace whose token list was lost with its container', () => {
	const workspaces = new Workspaces();
	let vault: MemoryVault;
	let recordCopies: MemoryVault;
	let folder: string;

	beforeEach(async () => {
		vault = new MemoryVault();
		recordCopies = new MemoryVault();
		folder = await workspaces.folder();
	});

	function open({ hasCopies = true, ...options }: Partial<WorkspaceSourceOptions> & { readonly hasCopies?: boolean } = {}) {
		const source = workspaces.open({ folder, uri: 'file:///workspaces/app', vault, ...(hasCopies && { recordCopies }), ...options });
		return { source, adoption: adoptionOf(source) };
	}

	const adoptionOf = (source: WorkspaceSource) => source.createAdoption(() => new MemoryVault());

	/** Creates tokens, and rebuilds the container: everything but secret storage is gone. */
	async function createAndLose(...names: string[]): Promise<string[]> {
		const { source } = open();
		const ids: string[] = [];
		for (const name of names) {
			ids.push((await source.create({ name })).id);
		}
		await source.whenSwept;
		rebuild();
		return ids;
	}

	function rebuild(): void {
		rmSync(folder, { recursive: true });
	}

	it('gets its tokens back with their keys, but only when it adopts them', async () => {
		const ids = await createAndLose('CRM', 'Reports');
		const { source, adoption } = open();
		const [found, ...others] = await adoption.find();
		assert.deepEqual(others, []);
		assert.equal(found?.path, null);
		assert.deepEqual(
			found.tokens.map(({ name }) => name),
			['CRM', 'Reports'],
		);
		assert.deepEqual(await source.list(), []);
		assert.equal(await adoption.adopt(found), 2);
		await assertTokensReadable(source, ids);
		assert.deepEqual(await adoption.find(), []);
		rebuild();
		const again = open();
		await again.adoption.adopt((await again.adoption.find())[0]!);
		await assertTokensReadable(again.source, ids);
	});

	it('keeps its keys while the user creates tokens before deciding', async () => {
		const ids = await createAndLose('CRM');
		for (const name of ['one', 'two']) {
			const { source } = open();
			ids.push((await source.create({ name })).id);
			await source.whenSwept;
		}
		const { source, adoption } = open();
		assert.equal(await adoption.adopt((await adoption.find())[0]!), 1);
		await assertTokensReadable(source, ids);
	});

	it('restores tokens as they last were, and none that were deleted', async () => {
		const { source } = open();
		const { id } = await source.create({ name: 'old name' });
		const { id: deleted } = await source.create({ name: 'deleted' });
		await source.update(id, { name: 'new name' });
		await source.disable(id);
		await source.rotate(id);
		await source.delete(deleted);
		await source.whenSwept;
		rebuild();
		const { source: rebuilt, adoption } = open();
		await adoption.adopt((await adoption.find())[0]!);
		await assertTokensReadable(rebuilt, [id]);
		assert.deepEqual(
			(await rebuilt.list()).map(({ name, status }) => [name, status]),
			[['new name', 'inactive']],
		);
	});

	it('can remove the keys instead', async () => {
		await createAndLose('CRM');
		const { adoption } = open();
		await adoption.remove((await adoption.find())[0]!);
		assert.deepEqual(await adoption.find(), []);
		assert.deepEqual([vault.secrets.size, recordCopies.secrets.size], [0, 0]);
	});

	it('reports keys without records, which can only be removed', async () => {
		const { source } = open({ hasCopies: false });
		await source.create({ name: 'one' });
		await source.whenSwept;
		rebuild();
		const { adoption } = open();
		const [found] = await adoption.find();
		assert.deepEqual(found && { ...found, listId: '' }, { listId: '', path: null, tokens: [], unknownKeyCount: 1 });
		await adoption.remove(found!);
		assert.equal(vault.secrets.size, 0);
	});

	it('contains no key in the copies, and repairs copies that a crash left incomplete', async () => {
		const { source } = open();
		const { id } = await source.create({ name: 'one' });
		await source.create({ name: 'two' });
		await source.whenSwept;
		const copies = [...recordCopies.secrets.entries()];
		for (const secret of vault.secrets.values()) {
			assert.ok(!JSON.stringify(copies).includes(secret));
		}
		const [[firstId, first]] = copies as [[string, string]];
		assert.ok(firstId.endsWith(id));
		recordCopies.secrets.delete(firstId);
		recordCopies.secrets.set(firstId.replace(id, 'SU-000-000-000'), first);
		const reopened = open().source;
		await reopened.list();
		await reopened.whenSwept;
		assert.deepEqual([...recordCopies.secrets.entries()].sort(), copies.sort());
	});

	it('ignores damaged copies', async () => {
		await createAndLose('one', 'two');
		const [[firstId, first]] = [...recordCopies.secrets.entries()] as [[string, string]];
		recordCopies.secrets.set(firstId, first.slice(1));
		const [found] = await open().adoption.find();
		assert.deepEqual([found?.tokens.map(({ name }) => name), found?.unknownKeyCount], [['two'], 1]);
	});

	it('keeps the keys of a container with the same path, which uses the same secret storage', async () => {
		const { source: first } = open();
		const { id } = await first.create({ name: 'first' });
		await first.whenSwept;
		const otherFolder = await workspaces.folder();
		const { source: second } = open({ folder: otherFolder });
		await second.create({ name: 'second' });
		await second.whenSwept;
		const reopened = open({ folder: otherFolder }).source;
		await reopened.list();
		await reopened.whenSwept;
		await assertTokensReadable(first, [id]);
	});
});
