import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '../../../../src/domain/problems';
import { STORE_VERSION } from '../../../../src/sources/workspace/storeSchema';
import { MemoryVault } from '../../../support/store/memoryVault';
import {
	assertNoSecret,
	assertTokensReadable,
	waitUntil,
	readFiles,
	listSortedFileNames,
	Workspaces,
} from '../../../support/store/workspaces';
import { testTokenSource, type SourceFixture } from '../tokenSourceContract';

describe('Workspace source', () => {
	const workspaces = new Workspaces();

	describe('as a token source', () => {
		testTokenSource(async () => {
			const folder = await workspaces.folder();
			const vault = new MemoryVault();
			const fixture: SourceFixture = {
				open: () => workspaces.open({ folder, vault, clock: () => fixture.now, expiringDays: () => fixture.expiringDays, userName: 'ada' }),
				now: new Date('2030-01-01T00:00:00Z'),
				expiringDays: 7,
				modules: ['MD-0001', 'billing', 'usage'],
				fixedExtension: 'reports',
				usualExtension: { id: 'EXT-000', name: 'Custom' },
				user: 'ada',
				createdIds: [],
				knowsIssueDates: true,
			};
			return fixture;
		});
	});

	it('deletes the key with its token', async () => {
		const { folder, vault, ids } = await workspaces.createFilled('one', 'two', 'three');
		const source = workspaces.open({ folder, vault });
		await source.delete(ids[1]!);
		await assertTokensReadable(source, [ids[0]!, ids[2]!]);
		assert.equal(vault.secrets.size, 2);
	});

	it('accesses neither the disk nor the vault for an invalid draft', async () => {
		const folder = await workspaces.folder();
		const vault = new MemoryVault();
		const source = workspaces.open({ folder, vault });
		await assert.rejects(source.create({ name: '' }), ProblemError);
		assert.deepEqual(listSortedFileNames(join(folder, '..', '..', '..')), []);
		assert.equal(vault.secrets.size, 0);
	});

	it('writes nothing if tokens are only read', async () => {
		const folder = await workspaces.folder();
		const source = workspaces.open({ folder });
		source.onDidChange(() => undefined);
		assert.deepEqual(await source.list(), []);
		assert.equal(await source.get('SU-000-000-000'), undefined);
		assert.deepEqual(listSortedFileNames(join(folder, '..', '..', '..')), []);
	});

	it('generates another ID if the first one is in use', async () => {
		const folder = await workspaces.folder();
		const groups = [1, 2, 3, 1, 2, 3, 4, 5, 6];
		const random = (bytes: number) => (bytes === 2 ? Uint8Array.of(0, groups.shift()!) : randomBytes(bytes));
		const source = workspaces.open({ folder, random });
		assert.equal((await source.create({ name: 'one' })).id, 'SU-001-002-003');
		assert.equal((await source.create({ name: 'two' })).id, 'SU-004-005-006');
	});

	it('writes a file that is readable for people and accessible only for its owner', async function () {
		const { folder } = await workspaces.createFilled('Readable');
		const text = readFileSync(join(folder, 'tokens.json'), 'utf8');
		assert.ok(text.startsWith(`{\n\t"version": ${STORE_VERSION},\n\t"tokens": [\n\t\t{\n`), text);
		assert.match(text, /\n\t\t\t"name": "Readable",\n/);
		if (process.platform === 'win32') {
			this.skip();
		}
		for (const name of listSortedFileNames(folder)) {
			assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
		}
		assert.equal(statSync(folder).mode & 0o777, 0o700);
	});

	it('never writes the secret to a file', async () => {
		const { folder, vault } = await workspaces.createFilled('one', 'two');
		const source = workspaces.open({ folder, vault });
		const secrets = new Set(vault.secrets.values());
		const set = vault.set.bind(vault);
		vault.set = async (keyId, secret) => {
			secrets.add(secret);
			await set(keyId, secret);
			assertNoSecret(readFiles(folder), secrets);
		};
		source.onDidChange(() => assertNoSecret(readFiles(folder), secrets));
		await source.delete((await source.create({ name: 'three' })).id);
		assertNoSecret(readFiles(folder), secrets);
		assert.equal(secrets.size, 3);
	});

	it('makes a change even if a listener throws', async () => {
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
			await assertTokensReadable(source, [id]);
			await waitUntil(() => failures.length === 1, 'the failure is reported');
		} finally {
			process.removeAllListeners('uncaughtException');
			if (own) {
				process.on('uncaughtException', own);
			}
		}
	});
});
