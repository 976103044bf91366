import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Vault } from '../../../../src/domain/ports';
import type { MemoryVault } from '../../../support/store/memoryVault';
import { assertTokensReadable, waitUntil, Workspaces } from '../../../support/store/workspaces';

const never = () => new Promise<never>(() => undefined);

describe('Workspace source with a vault that', () => {
	const workspaces = new Workspaces();

	/** Opens a window whose vault has `overrides`, on a workspace with one token. */
	async function openWithVault(overrides: (vault: MemoryVault) => Partial<Vault>, vaultTimeout = 10_000) {
		const { folder, vault, ids } = await workspaces.createFilled('before');
		const working = workspaces.open({ folder, vault });
		const failing = Object.assign(Object.create(vault) as MemoryVault, overrides(vault));
		const source = workspaces.open({ folder, vault: failing, vaultTimeoutMs: vaultTimeout });
		return { id: ids[0]!, secrets: vault.secrets, working, source };
	}

	it('rejects a secret creates nothing, and the error has the reason but not the secret', async () => {
		let secret = '';
		const { id, secrets, working, source } = await openWithVault((vault) => ({
			set: async (keyId, refused) => {
				secret = refused;
				await vault.set(keyId, refused);
				throw new Error(`The keyring is locked: ${refused}`);
			},
		}));
		await assert.rejects(source.create({ name: 'new' }), (error: Error) => {
			assert.equal(error.name, 'ProblemError');
			assert.match(error.message, /store the API key.*The keyring is locked.*Nothing was saved.*try again/);
			assert.equal(secret.length, 40);
			assert.equal(inspect(error, { depth: null, showHidden: true }).includes(secret), false);
			return true;
		});
		await assertTokensReadable(working, [id]);
		await waitUntil(() => secrets.size === 1, 'the refused secret is removed');
	});

	it('throws instead of rejecting behaves the same', async () => {
		const fail = () => {
			throw new Error('broken');
		};
		const { id, source } = await openWithVault(() => ({ get: fail, set: fail, delete: fail, keyIds: fail }));
		await assert.rejects(source.create({ name: 'new' }), /broken/);
		assert.deepEqual(await source.readKey(id), { unavailable: 'vaultFailed' });
		await source.delete(id);
		assert.deepEqual(await source.list(), []);
	});

	it('never responds does not block any call', async () => {
		const { id, source } = await openWithVault(() => ({ get: never, set: never, delete: never, keyIds: never }), 20);
		await assert.rejects(source.create({ name: 'new' }), /No response within 0\.02 seconds/);
		assert.deepEqual(await source.readKey(id), { unavailable: 'vaultFailed' });
		await source.delete(id);
		assert.deepEqual(await source.list(), []);
	});

	it('stores a secret after a timeout has it removed again', async () => {
		let storeLate: (() => Promise<void>) | undefined;
		const { id, secrets, working, source } = await openWithVault(
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
		await assertTokensReadable(working, [id]);
	});

	it('cannot delete still deletes the token, and its secret on the next start', async () => {
		const { id, secrets, working, source } = await openWithVault(() => ({ delete: () => Promise.reject(new Error('locked')) }));
		await source.delete(id);
		assert.deepEqual(await source.list(), []);
		assert.equal(secrets.size, 1);
		await working.list();
		await waitUntil(() => secrets.size === 0, 'the secret is removed');
	});

	it('has lost or replaced a secret keeps the token without its key', async () => {
		const { id, secrets, source } = await openWithVault(() => ({}));
		const [keyId] = secrets.keys();
		secrets.set(keyId!, 'ab'.repeat(20));
		assert.deepEqual(await source.readKey(id), { unavailable: 'notFound' });
		secrets.clear();
		assert.deepEqual(await source.readKey(id), { unavailable: 'notFound' });
		assert.equal((await source.list())[0]?.status, 'active');
	});

	it('cannot be read keeps the token, but its key cannot be shown', async () => {
		const { id, source } = await openWithVault(() => ({ get: () => Promise.reject(new Error('locked')) }));
		assert.deepEqual(await source.readKey(id), { unavailable: 'vaultFailed' });
		assert.equal((await source.list())[0]?.status, 'active');
	});
});
