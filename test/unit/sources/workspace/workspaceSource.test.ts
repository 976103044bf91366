import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ProblemError } from '../../../../src/domain/problems';
import type { TokenDraft } from '../../../../src/domain/token';
import { MemoryVault } from '../../../support/store/memoryVault';
import { assertNoSecret, assertWhole, eventually, filesIn, namesIn, Workspaces } from '../../../support/store/workspaces';

describe('Workspace source', () => {
	const workspaces = new Workspaces();

	it('keeps what was created, for every window and every later start', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const now = new Date('2030-01-01T00:00:00Z');
		const source = workspaces.open({ folder, vault, clock: () => now, user: 'ada' });
		const created = await source.create({
			name: ' Billing job ',
			externalId: 'B-1',
			description: 'Runs at night',
			permissions: ['usage', 'billing'],
			expirationDate: '2030-01-31T12:00:00+02:00',
		});
		const by = { at: '2030-01-01T00:00:00.000Z', by: 'ada' };
		assert.match(created.id, /^SU-\d{3}-\d{3}-\d{3}$/);
		assert.deepEqual(created, {
			id: created.id,
			name: 'Billing job',
			externalId: 'B-1',
			description: 'Runs at night',
			extension: { id: 'EXT-000', name: 'Custom' },
			permissions: ['billing', 'usage'],
			status: 'active',
			expirationDate: '2030-01-31T10:00:00.000Z',
			renewedExpirationDate: null,
			created: by,
			updated: by,
		});
		const later = workspaces.open({ folder, vault, clock: () => now });
		assert.deepEqual(await later.list(), [created]);
		assert.deepEqual(await later.get(created.id), created);
		assert.deepEqual(await later.readKey(created.id), await source.readKey(created.id));
	});

	it('lists in the order of creation and derives the status from the clock and the setting', async () => {
		const folder = await workspaces.folder();
		let now = new Date('2030-01-01T00:00:00Z');
		let days = 7;
		const source = workspaces.open({ folder, clock: () => now, expiringDays: () => days });
		await source.create({ name: 'b', expirationDate: '2030-01-20T00:00:00Z' });
		await source.create({ name: 'a' });
		const seen = async () => (await source.list()).map(({ name, status }) => `${name} ${status}`);
		assert.deepEqual(await seen(), ['b active', 'a active']);
		days = 30;
		assert.deepEqual(await seen(), ['b expiring', 'a active']);
		now = new Date('2030-01-20T00:00:00Z');
		assert.deepEqual(await seen(), ['b expired', 'a active']);
	});

	it('deletes a token with its key and leaves the others alone', async () => {
		const { folder, vault, ids } = await workspaces.filled('one', 'two', 'three');
		const source = workspaces.open({ folder, vault });
		await source.delete(ids[1]!);
		await assertWhole(source, [ids[0]!, ids[2]!]);
		assert.equal(vault.secrets.size, 2);
		assert.equal(await source.get(ids[1]!), undefined);
	});

	it('keeps what a caller does to a token it was given to the caller', async () => {
		const folder = await workspaces.folder();
		const source = workspaces.open({ folder });
		const created = await source.create({ name: 'one', permissions: ['usage'] });
		const before = structuredClone(created);
		for (const token of [created, ...(await source.list()), (await source.get(created.id))!]) {
			(token.permissions as string[]).push('MD-0000');
			Object.assign(token.extension, { name: 'changed' });
			Object.assign(token.updated, { by: 'changed' });
			Object.assign(token.created, { by: 'changed' });
		}
		await source.create({ name: 'two' });
		assert.deepEqual(await workspaces.open({ folder }).get(created.id), before);
	});

	it('names the id that it does not know', async () => {
		const { folder, vault } = await workspaces.filled('one');
		const source = workspaces.open({ folder, vault });
		const unknown = { name: 'ProblemError', message: /SU-000-000-000/ };
		await assert.rejects(source.delete('SU-000-000-000'), unknown);
		await assert.rejects(source.readKey('SU-000-000-000'), unknown);
		assert.equal(await source.get('SU-000-000-000'), undefined);
	});

	it('touches neither disk nor vault for a draft that is invalid', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const source = workspaces.open({ folder, vault });
		const drafts: Record<string, TokenDraft> = {
			name: { name: '' },
			externalId: { name: 'x', externalId: 'x'.repeat(129) },
			description: { name: 'x', description: 'x'.repeat(256) },
			extension: { name: 'x', extension: 'none' },
			permissions: { name: 'x', permissions: ['none'] },
			expirationDate: { name: 'x', expirationDate: '2001-01-01T00:00:00Z' },
		};
		for (const [field, draft] of Object.entries(drafts)) {
			await assert.rejects(
				source.create(draft),
				(error: unknown) => error instanceof ProblemError && error.problems.some((one) => one.field === field),
			);
		}
		assert.deepEqual(namesIn(join(folder, '..', '..', '..')), []);
		assert.equal(vault.secrets.size, 0);
	});

	it('writes nothing for a workspace that is only looked at', async () => {
		const folder = await workspaces.folder();
		const source = workspaces.open({ folder });
		source.onDidChange(() => undefined);
		assert.deepEqual(await source.list(), []);
		assert.equal(await source.get('SU-000-000-000'), undefined);
		assert.deepEqual(namesIn(join(folder, '..', '..', '..')), []);
	});

	it('creates many at once, each with an id and a key of its own', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const source = workspaces.open({ folder, vault });
		const created = await Promise.all(Array.from({ length: 50 }, (_, index) => source.create({ name: `token ${index}` })));
		await assertWhole(
			workspaces.open({ folder, vault }),
			created.map(({ id }) => id),
		);
		assert.equal(new Set(vault.secrets.values()).size, 50);
	});

	it('draws another id when the first is taken', async () => {
		const folder = await workspaces.folder();
		const groups = [1, 2, 3, 1, 2, 3, 4, 5, 6];
		const random = (bytes: number) => (bytes === 2 ? Uint8Array.of(0, groups.shift()!) : randomBytes(bytes));
		const source = workspaces.open({ folder, random });
		assert.equal((await source.create({ name: 'one' })).id, 'SU-001-002-003');
		assert.equal((await source.create({ name: 'two' })).id, 'SU-004-005-006');
	});

	it('keeps every text that a draft allows exactly', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const source = workspaces.open({ folder, vault });
		const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((raw) => `<${raw.replace(/\p{Cc}/gu, ' ')}>`);
		await fc.assert(
			fc.asyncProperty(text, fc.string({ unit: 'grapheme', maxLength: 40 }), async (name, description) => {
				const { id } = await source.create({ name, description });
				const read = await workspaces.open({ folder, vault }).get(id);
				assert.equal(read?.name, name);
				assert.equal(read.description, description.trim());
			}),
			{ numRuns: 30 },
		);
	});

	it('writes a file that a person can read and nobody else can', async function () {
		const { folder } = await workspaces.filled('Readable');
		const text = readFileSync(join(folder, 'tokens.json'), 'utf8');
		assert.match(text, /^{\n\t"version": 1,\n\t"tokens": \[\n\t\t{\n/);
		assert.match(text, /\n\t\t\t"name": "Readable",\n/);
		if (process.platform === 'win32') {
			this.skip();
		}
		for (const name of namesIn(folder)) {
			assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
		}
		assert.equal(statSync(folder).mode & 0o777, 0o700);
	});

	it('puts the secret into no file', async () => {
		const { folder, vault } = await workspaces.filled('one', 'two');
		const source = workspaces.open({ folder, vault });
		const secrets = new Set(vault.secrets.values());
		const set = vault.set.bind(vault);
		vault.set = async (keyId, secret) => {
			secrets.add(secret);
			await set(keyId, secret);
			assertNoSecret(filesIn(folder), secrets);
		};
		source.onDidChange(() => assertNoSecret(filesIn(folder), secrets));
		await source.delete((await source.create({ name: 'three' })).id);
		assertNoSecret(filesIn(folder), secrets);
		assert.equal(secrets.size, 3);
	});

	it('has made its change when a listener throws', async () => {
		const folder = await workspaces.folder();
		const source = workspaces.open({ folder });
		const failures: unknown[] = [];
		const [own] = process.listeners('uncaughtException');
		process.removeAllListeners('uncaughtException');
		process.once('uncaughtException', (error) => failures.push(error));
		try {
			source.onDidChange(() => {
				throw new Error('listener');
			});
			const { id } = await source.create({ name: 'one' });
			await assertWhole(source, [id]);
			await eventually(() => failures.length === 1, 'the failure is reported');
		} finally {
			process.removeAllListeners('uncaughtException');
			if (own) {
				process.on('uncaughtException', own);
			}
		}
	});
});
