import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Vault } from '../../../../src/domain/ports';
import type { MemoryVault } from '../../../support/store/memoryVault';
import { assertTokensReadable, waitUntil, Workspaces } from '../../../support/store/workspaces';

const never = () => new Promise<never>(() => undefined);

describe('Workspace source with a failing vault', () => {
	const workspaces = new Workspaces();

	/** Opens a window whose vault has `overrides`, on a workspace with one token. */
	async function openWithVault(overrides: (vault: MemoryVault) => Partial<Vault>, vaultTimeout = 10_000) {
		const { folder, vault, ids } = await workspaces.createFilled('before');
		const workingSource = workspaces.open({ folder, vault });
		const failing = Object.assign(Object.create(vault) as MemoryVault, overrides(vault));
		const source = workspaces.open({ folder, vault: failing, vaultTimeoutMs: vaultTimeout });
		return { id: ids[0]!, secrets: vault.secrets, workingSource, source };
	}

	it('creates nothing if the vault rejects a secret, and reports the reason without the secret', async () => {
		let secret = '';
		const { id, secrets, workingSource, source } = await openWithVault((vault) => ({
			set: async (keyId, rejectedSecret) => {
				secret = rejectedSecret;
				await vault.set(keyId, rejectedSecret);
				throw new Error(`The keyring is locked: ${rejectedSecret}`);
			},
		}));
		await assert.rejects(source.create({ name: 'new' }), (error: Error) => {
			assert.equal(error.name, 'ProblemError');
			assert.match(error.message, /store the API key.*The keyring is locked.*Nothing was saved.*try again/);
			assert.equal(secret.length, 40);
			assert.equal(inspect(error, { depth: null, showHidden: true }).includes(secret), false);
			return true;
		});
		await assertTokensReadable(workingSource, [id]);
		await waitUntil(() => secrets.size === 1, 'the rejected secret is removed');
	});

	it('behaves the same if the vault throws instead of rejecting', async () => {
		const fail = () => {
			throw new Error('broken');
		};
		const { id, source } = await openWithVault(() => ({ get: fail, set: fail, delete: fail, keyIds: fail }));
		await assert.rejects(source.create({ name: 'new' }), /broken/);
		assert.deepEqual(await source.readKey(id), { unavailable: 'vaultFailed' });
		await source.delete(id);
		assert.deepEqual(await source.list(), []);
	});

	it('does not wait for a vault that never responds', async () => {
		const { id, source } = await openWithVault(() => ({ get: never, set: never, delete: never, keyIds: never }), 20);
		await assert.rejects(source.create({ name: 'new' }), /No response within 0\.02 seconds/);
		assert.deepEqual(await source.readKey(id), { unavailable: 'vaultFailed' });
		await source.delete(id);
		assert.deepEqual(await source.list(), []);
	});

	it('removes a secret that the vault stores after the timeout', async () => {
		let storeLate: (() => Promise<void>) | undefined;
		const { id, secrets, workingSource, source } = await openWithVault(
			(vault) => ({
				set: (keyId, secret) =>
					new Promise((resolve) => {
						storeLate = async () => {
							await vault.set(keyId, secret);
							resolve();
						};
					}),
			}),
			20,
		);
		await assert.rejects(source.create({ name: 'new' }), /No response/);
		await storeLate?.();
		assert.equal(secrets.size, 2);
		await waitUntil(() => secrets.size === 1, 'the late secret is removed');
		await assertTokensReadable(workingSource, [id]);
	});

	it('deletes a token even if the vault cannot delete its secret, which is deleted on the next start', async () => {
		const { id, secrets, workingSource, source } = await openWithVault(() => ({ delete: () => Promise.reject(new Error('locked')) }));
		await source.delete(id);
		assert.deepEqual(await source.list(), []);
		assert.equal(secrets.size, 1);
		await workingSource.list();
		await waitUntil(() => secrets.size === 0, 'the secret is removed');
	});

	it('keeps a token without its key if the vault has lost or replaced the secret', async () => {
		const { id, secrets, source } = await openWithVault(() => ({}));
		const [keyId] = secrets.keys();
		secrets.set(keyId!, 'ab'.repeat(20));
		assert.deepEqual(await source.readKey(id), { unavailable: 'notFound' });
		secrets.clear();
		assert.deepEqual(await source.readKey(id), { unavailable: 'notFound' });
		assert.equal((await source.list())[0]?.status, 'active');
	});

	it('keeps a token if the vault cannot be read, but cannot show its key', async () => {
		const { id, source } = await openWithVault(() => ({ get: () => Promise.reject(new Error('locked')) }));
		assert.deepEqual(await source.readKey(id), { unavailable: 'vaultFailed' });
		assert.equal((await source.list())[0]?.status, 'active');
	});
});
