import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertWhole, namesIn, Workspaces } from '../../../support/store/workspaces';

describe('Sweep at the first use of a workspace', () => {
	const workspaces = new Workspaces();

	/** A workspace with a token, and in its vault a secret that no token names. */
	async function withOrphan() {
		const { folder, vault, ids } = await workspaces.filled('one');
		await vault.set('orphan', 'secret');
		return { folder, vault, ids, source: workspaces.open({ folder, vault }) };
	}

	it('removes secrets that no token names, and temporary files', async () => {
		const { folder, vault, ids, source } = await withOrphan();
		writeFileSync(join(folder, 'tokens.json.0123456789ab.tmp'), 'half');
		writeFileSync(join(folder, 'tokens.backup.json.0123456789ab.tmp'), 'half');
		writeFileSync(join(folder, 'notes.tmp'), 'not ours');
		await assertWhole(source, ids);
		await source.swept;
		assert.equal(vault.secrets.size, 1);
		assert.deepEqual(namesIn(folder), ['notes.tmp', 'tokens.backup.json', 'tokens.json']);
		await assertWhole(source, ids);
	});

	it('happens when the first use is a change, too', async () => {
		const { vault, ids, source } = await withOrphan();
		const { id } = await source.create({ name: 'two' });
		await source.swept;
		assert.equal(vault.secrets.size, 2);
		await assertWhole(source, [...ids, id]);
	});

	it('removes what the very first creation left when it was interrupted before any file was there', async () => {
		const { folder, vault, source } = await withOrphan();
		rmSync(folder, { recursive: true });
		mkdirSync(folder);
		assert.deepEqual(await source.list(), []);
		await source.swept;
		assert.equal(vault.secrets.size, 0);
	});

	it('brings a backup that was left behind up to the file', async () => {
		const { folder, vault, ids } = await workspaces.filled('one');
		const old = readFileSync(join(folder, 'tokens.backup.json'));
		const { id } = await workspaces.open({ folder, vault }).create({ name: 'two' });
		writeFileSync(join(folder, 'tokens.backup.json'), old);
		const source = workspaces.open({ folder, vault });
		await source.list();
		await source.swept;
		rmSync(join(folder, 'tokens.json'));
		await assertWhole(workspaces.open({ folder, vault }), [...ids, id]);
	});

	it('keeps the secrets while a damaged file lies aside, whose tokens might come back', async () => {
		const { folder, vault, ids, source } = await withOrphan();
		writeFileSync(join(folder, 'tokens.damaged-2030-01-01T00-00-00.000Z.json'), 'half');
		await assertWhole(source, ids);
		await source.swept;
		assert.equal(vault.secrets.size, 2);
	});

	it('keeps the secrets that a newer version may name in its own way', async () => {
		const { folder, vault, source } = await withOrphan();
		writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ version: 2, tokens: [] }));
		assert.deepEqual(await source.list(), []);
		await source.swept;
		assert.equal(vault.secrets.size, 2);
	});

	it('keeps the secrets when a newer version writes the file just before', async () => {
		const { folder, vault } = await withOrphan();
		const keyIds = () => {
			writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ version: 2, tokens: [] }));
			return vault.keyIds();
		};
		const source = workspaces.open({ folder, vault: Object.assign(Object.create(vault) as typeof vault, { keyIds }) });
		await source.list();
		await source.swept;
		assert.equal(vault.secrets.size, 2);
		assert.match(readFileSync(join(folder, 'tokens.json'), 'utf8'), /^{"version":2,/);
	});

	it('keeps the secrets when the file cannot be read or the folder is not there', async () => {
		const { folder, vault, source } = await withOrphan();
		rmSync(join(folder, 'tokens.json'));
		mkdirSync(join(folder, 'tokens.json'));
		await assert.rejects(source.list());
		await source.swept;
		assert.equal(vault.secrets.size, 2);
		rmSync(folder, { recursive: true });
		assert.deepEqual(await source.list(), []);
		await source.swept;
		assert.equal(vault.secrets.size, 2);
		assert.deepEqual(namesIn(folder), []);
	});

	it('clears away the rest when a secret cannot be removed', async () => {
		const { folder, vault, ids } = await withOrphan();
		await vault.set('another orphan', 'secret');
		rmSync(join(folder, 'tokens.backup.json'));
		writeFileSync(join(folder, 'tokens.json.0123456789ab.tmp'), 'half');
		const remove = vault.delete.bind(vault);
		const failing = Object.assign(Object.create(vault) as typeof vault, {
			delete: (keyId: string) => (keyId === 'orphan' ? Promise.reject(new Error('Locked.')) : remove(keyId)),
		});
		const source = workspaces.open({ folder, vault: failing });
		await assertWhole(source, ids);
		await source.swept;
		assert.deepEqual(
			[...vault.secrets.keys()].filter((keyId) => keyId.includes('orphan')),
			['orphan'],
		);
		assert.deepEqual(namesIn(folder), ['tokens.backup.json', 'tokens.json']);
	});

	it('waits for a creation of another window, whose secret is stored and not yet named', async () => {
		const { folder, vault, ids } = await workspaces.filled('one');
		const set = vault.set.bind(vault);
		let sweeping: Promise<unknown> | undefined;
		const creating = Object.assign(Object.create(vault) as typeof vault, {
			set: async (keyId: string, secret: string) => {
				await set(keyId, secret);
				const other = workspaces.open({ folder, vault });
				await other.list();
				sweeping = other.swept;
			},
		});
		const source = workspaces.open({ folder, vault: creating });
		const { id } = await source.create({ name: 'two' });
		assert.ok(sweeping);
		await sweeping;
		await assertWhole(source, [...ids, id]);
	});

	it('leaves no trace when there is nothing to sweep', async () => {
		const { folder, vault, ids } = await workspaces.filled('one');
		const source = workspaces.open({ folder, vault });
		let changes = 0;
		source.onDidChange(() => changes++);
		await assertWhole(source, ids);
		await source.swept;
		assert.deepEqual(namesIn(folder), ['tokens.backup.json', 'tokens.json']);
		assert.equal(changes, 0);
	});
});
