import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { MemoryVault } from '../../../support/store/memoryVault';
import { assertTokensReadable, listSortedFileNames, Workspaces } from '../../../support/store/workspaces';

describe('Workspace source in several windows', () => {
	const workspaces = new Workspaces();

	/** Opens a window that calls `interrupt` during a change: after its secret is stored, and before its token is. */
	function openInterrupted(folder: string, vault: MemoryVault, interrupt: () => Promise<void>) {
		const set = async (keyId: string, secret: string) => {
			await vault.set(keyId, secret);
			await interrupt();
		};
		return workspaces.open({ folder, vault: Object.assign(Object.create(vault) as MemoryVault, { set }) });
	}

	it('takes over the lock of a crashed window', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		mkdirSync(join(folder, 'tokens.lock'));
		const { id } = await workspaces.open({ folder, vault }).create({ name: 'two' });
		await assertTokensReadable(workspaces.open({ folder, vault }), [...ids, id]);
		assert.ok(!existsSync(join(folder, 'tokens.lock')));
	});

	it('reads while another window holds the lock', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		mkdirSync(join(folder, 'tokens.lock'));
		await assertTokensReadable(workspaces.open({ folder, vault }), ids);
		assert.ok(existsSync(join(folder, 'tokens.lock')));
	});

	it('does not overwrite changes after it was suspended and another window took over its lock', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const other = workspaces.open({ folder, vault });
		await other.list();
		await other.whenSwept;
		let interruptions = 0;
		let otherId = '';
		const source = openInterrupted(folder, vault, async () => {
			if (++interruptions === 1) {
				rmdirSync(join(folder, 'tokens.lock'));
				otherId = (await other.create({ name: 'two' })).id;
			}
		});
		const { id } = await source.create({ name: 'three' });
		assert.equal(interruptions, 2);
		await assertTokensReadable(source, [...ids, otherId, id]);
		assert.equal(vault.secrets.size, 3);
	});

	it('does not overwrite a manual edit made during a change', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const main = join(folder, 'tokens.json');
		let interruptions = 0;
		const source = openInterrupted(folder, vault, () => {
			if (++interruptions === 1) {
				writeFileSync(main, readFileSync(main, 'utf8').replace('"one"', '"edited"'));
			}
			return Promise.resolve();
		});
		const { id } = await source.create({ name: 'two' });
		await assertTokensReadable(source, [...ids, id]);
		assert.deepEqual(
			(await source.list()).map(({ name }) => name),
			['edited', 'two'],
		);
		assert.equal(vault.secrets.size, 2);
	});

	it('does not write once another window has the lock', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const lock = join(folder, 'tokens.lock');
		let interruptions = 0;
		const source = openInterrupted(folder, vault, () => {
			if (++interruptions === 1) {
				rmdirSync(lock);
				mkdirSync(lock);
				// Looks like a window that crashed, so the change can be tried again.
				utimesSync(lock, 0, 0);
			}
			return Promise.resolve();
		});
		const { id } = await source.create({ name: 'two' });
		assert.equal(interruptions, 2);
		await assertTokensReadable(source, [...ids, id]);
		assert.equal(vault.secrets.size, 2);
	});

	it('detects that the lock was removed without an uncaught error', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		let interruptions = 0;
		const source = openInterrupted(folder, vault, async () => {
			if (++interruptions === 1) {
				rmdirSync(join(folder, 'tokens.lock'));
				// The lock is updated once a second, which could throw an uncaught exception and fail this test.
				await setTimeout(1200);
			}
		});
		const { id } = await source.create({ name: 'two' });
		assert.equal(interruptions, 2);
		await assertTokensReadable(source, [...ids, id]);
	});

	it('gives up a change that another program keeps interrupting, without leftovers', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const source = openInterrupted(folder, vault, () => {
			rmdirSync(join(folder, 'tokens.lock'));
			return Promise.resolve();
		});
		await assert.rejects(source.create({ name: 'two' }), { name: 'ProblemError', message: /another window.*Try again/ });
		await assertTokensReadable(source, ids);
		assert.equal(vault.secrets.size, 1);
		assert.deepEqual(listSortedFileNames(folder), ['tokens.backup.json', 'tokens.json']);
	});

	it('writes many concurrent changes together, each as if it were alone', async () => {
		const names = Array.from({ length: 100 }, (_, index) => `token ${index}`);
		const { folder, vault } = await workspaces.createFilled();
		const source = workspaces.open({ folder, vault });
		const ids = (await Promise.all(names.map((name) => source.create({ name })))).map(({ id }) => id);
		await assertTokensReadable(source, ids);

		let writes = 0;
		source.onDidChange(() => writes++);
		const [deleted, ...others] = ids;
		const outcomes = await Promise.allSettled([source.delete(deleted!), ...ids.map((id) => source.disable(id)), source.enable(others[0]!)]);
		assert.deepEqual(
			outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : [])),
			[1],
		);
		assert.match(String((outcomes[1] as PromiseRejectedResult).reason), new RegExp(`Token ${deleted} doesn't exist`));
		assert.equal(writes, 1);
		const listed = await source.list();
		assert.deepEqual(
			listed.map(({ id }) => id),
			others,
		);
		assert.deepEqual(
			listed.filter(({ status }) => status === 'active').map(({ id }) => id),
			[others[0]],
		);
		await assertTokensReadable(workspaces.open({ folder, vault }), others);
		assert.equal(vault.secrets.size, others.length);
	});

	it('repeats each of many changes after another window interfered, without duplicates', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const other = workspaces.open({ folder, vault });
		let otherId = '';
		const source = openInterrupted(folder, vault, async () => {
			if (otherId === '') {
				otherId = 'soon';
				rmdirSync(join(folder, 'tokens.lock'));
				otherId = (await other.create({ name: 'two' })).id;
			}
		});
		const created = await Promise.all(['three', 'four', 'five'].map((name) => source.create({ name })));
		await assertTokensReadable(source, [...ids, otherId, ...created.map(({ id }) => id)]);
		assert.equal(vault.secrets.size, 5);
	});

	it('rejects all changes written together if they cannot be written, and continues afterward', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const source = workspaces.open({ folder, vault });
		await assertTokensReadable(source, ids);
		writeFileSync(join(folder, 'tokens.lock'), 'in the way');
		const outcomes = await Promise.allSettled(['two', 'three'].map((name) => source.create({ name })));
		assert.deepEqual(
			outcomes.map(({ status }) => status),
			['rejected', 'rejected'],
		);
		rmSync(join(folder, 'tokens.lock'));
		const { id } = await source.create({ name: 'four' });
		await assertTokensReadable(source, [...ids, id]);
		assert.equal(vault.secrets.size, 2);
	});
});
