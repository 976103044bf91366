import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STORE_VERSION } from '../../../../src/sources/workspace/storeSchema';
import { assertTokensReadable, listSortedFileNames, Workspaces } from '../../../support/store/workspaces';

describe('Cleanup on first use of a workspace', () => {
	const workspaces = new Workspaces();

	/** Creates a workspace with a token, and a secret in its vault that no token references. */
	async function withOrphan() {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		await vault.set('orphan', 'secret');
		return { folder, vault, ids, source: workspaces.open({ folder, vault }) };
	}

	it('removes unreferenced secrets and temporary files', async () => {
		const { folder, vault, ids, source } = await withOrphan();
		writeFileSync(join(folder, 'tokens.json.0123456789ab.tmp'), 'half');
		writeFileSync(join(folder, 'tokens.backup.json.0123456789ab.tmp'), 'half');
		writeFileSync(join(folder, 'notes.tmp'), 'not ours');
		await assertTokensReadable(source, ids);
		await source.whenSwept;
		assert.equal(vault.secrets.size, 1);
		assert.deepEqual(listSortedFileNames(folder), ['notes.tmp', 'tokens.backup.json', 'tokens.json']);
		await assertTokensReadable(source, ids);
	});

	it('also starts if the first use is a change', async () => {
		const { vault, ids, source } = await withOrphan();
		const { id } = await source.create({ name: 'two' });
		await source.whenSwept;
		assert.equal(vault.secrets.size, 2);
		await assertTokensReadable(source, [...ids, id]);
	});

	it('removes the secret of an interrupted first creation', async () => {
		const { folder, vault, source } = await withOrphan();
		['tokens.json', 'tokens.backup.json'].forEach((name) => rmSync(join(folder, name)));
		assert.deepEqual(await source.list(), []);
		await source.whenSwept;
		assert.equal(vault.secrets.size, 0);
	});

	it('updates an outdated backup', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const old = readFileSync(join(folder, 'tokens.backup.json'));
		const { id } = await workspaces.open({ folder, vault }).create({ name: 'two' });
		writeFileSync(join(folder, 'tokens.backup.json'), old);
		const source = workspaces.open({ folder, vault });
		await source.list();
		await source.whenSwept;
		rmSync(join(folder, 'tokens.json'));
		await assertTokensReadable(workspaces.open({ folder, vault }), [...ids, id]);
	});

	it('keeps secrets if a damaged file was set aside, because its tokens might be repaired', async () => {
		const { folder, vault, ids, source } = await withOrphan();
		writeFileSync(join(folder, 'tokens.damaged-2030-01-01T00-00-00.000Z.json'), 'half');
		await assertTokensReadable(source, ids);
		await source.whenSwept;
		assert.equal(vault.secrets.size, 2);
	});

	it('keeps secrets that a newer version may reference differently', async () => {
		const { folder, vault, source } = await withOrphan();
		writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ version: STORE_VERSION + 1, tokens: [] }));
		assert.deepEqual(await source.list(), []);
		await source.whenSwept;
		assert.equal(vault.secrets.size, 2);
	});

	it('keeps secrets if a newer version writes the file right before', async () => {
		const { folder, vault } = await withOrphan();
		const keyIds = () => {
			writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ version: STORE_VERSION + 1, tokens: [] }));
			return vault.keyIds();
		};
		const source = workspaces.open({ folder, vault: Object.assign(Object.create(vault) as typeof vault, { keyIds }) });
		await source.list();
		await source.whenSwept;
		assert.equal(vault.secrets.size, 2);
		assert.ok(readFileSync(join(folder, 'tokens.json'), 'utf8').startsWith(`{"version":${STORE_VERSION + 1},`));
	});

	it('keeps secrets if the file cannot be read or the folder does not exist', async () => {
		const { folder, vault, source } = await withOrphan();
		rmSync(join(folder, 'tokens.json'));
		mkdirSync(join(folder, 'tokens.json'));
		await assert.rejects(source.list());
		await source.whenSwept;
		assert.equal(vault.secrets.size, 2);
		rmSync(folder, { recursive: true });
		assert.deepEqual(await source.list(), []);
		await source.whenSwept;
		assert.equal(vault.secrets.size, 2);
		assert.deepEqual(listSortedFileNames(folder), []);
	});

	it('removes the rest if a secret cannot be removed', async () => {
		const { folder, vault, ids } = await withOrphan();
		await vault.set('another orphan', 'secret');
		rmSync(join(folder, 'tokens.backup.json'));
		writeFileSync(join(folder, 'tokens.json.0123456789ab.tmp'), 'half');
		const remove = vault.delete.bind(vault);
		const failing = Object.assign(Object.create(vault) as typeof vault, {
			delete: (keyId: string) => (keyId === 'orphan' ? Promise.reject(new Error('Locked.')) : remove(keyId)),
		});
		const source = workspaces.open({ folder, vault: failing });
		await assertTokensReadable(source, ids);
		await source.whenSwept;
		assert.deepEqual(
			[...vault.secrets.keys()].filter((keyId) => keyId.includes('orphan')),
			['orphan'],
		);
		assert.deepEqual(listSortedFileNames(folder), ['tokens.backup.json', 'tokens.json']);
	});

	it('waits for another window that has stored a secret but not referenced it yet', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const set = vault.set.bind(vault);
		let sweeping: Promise<unknown> | undefined;
		const creating = Object.assign(Object.create(vault) as typeof vault, {
			set: async (keyId: string, secret: string) => {
				await set(keyId, secret);
				const other = workspaces.open({ folder, vault });
				await other.list();
				sweeping = other.whenSwept;
			},
		});
		const source = workspaces.open({ folder, vault: creating });
		const { id } = await source.create({ name: 'two' });
		assert.ok(sweeping);
		await sweeping;
		await assertTokensReadable(source, [...ids, id]);
	});

	it('writes nothing if there is nothing to clean up', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one');
		const source = workspaces.open({ folder, vault });
		let changes = 0;
		source.onDidChange(() => changes++);
		await assertTokensReadable(source, ids);
		await source.whenSwept;
		assert.deepEqual(listSortedFileNames(folder), ['tokens.backup.json', 'tokens.json']);
		assert.equal(changes, 0);
	});
});
