import assert from 'node:assert/strict';
import type { SecretStorage } from 'vscode';
import { SecretStorageVault } from '../../../src/vaults/secretStorageVault';

/** Creates an in-memory secret storage. */
function storage(): SecretStorage {
	const secrets = new Map<string, string>();
	return {
		get: (key) => Promise.resolve(secrets.get(key)),
		store: (key, value) => Promise.resolve(void secrets.set(key, value)),
		delete: (key) => Promise.resolve(void secrets.delete(key)),
		keys: () => Promise.resolve([...secrets.keys()]),
		onDidChange: () => {
			throw new Error('A vault does not listen.');
		},
	};
}

describe('Secret storage vault', () => {
	it('returns a stored secret until it is deleted', async () => {
		const vault = new SecretStorageVault(storage(), 'one');
		await vault.set('key', 'secret');
		assert.equal(await vault.get('key'), 'secret');
		assert.deepEqual(await vault.keyIds(), ['key']);
		await vault.delete('key');
		await vault.delete('key');
		assert.equal(await vault.get('key'), undefined);
		assert.deepEqual(await vault.keyIds(), []);
	});

	it('lists only keys of its own workspace', async () => {
		const shared = storage();
		await shared.store('another extension feature', 'x');
		const keys = ['one', 'on', 'one/two', 'one%2Ftwo', ''];
		const vaults = keys.map((key) => new SecretStorageVault(shared, key));
		for (const [index, vault] of vaults.entries()) {
			await vault.set('same id', `secret ${index}`);
		}
		for (const [index, vault] of vaults.entries()) {
			assert.deepEqual(await vault.keyIds(), ['same id']);
			assert.equal(await vault.get('same id'), `secret ${index}`);
		}
		await vaults[0]!.delete('same id');
		assert.equal((await shared.keys()).length, keys.length);
	});

	it('is shared by the windows of a workspace', async () => {
		const shared = storage();
		await new SecretStorageVault(shared, 'one').set('key', 'secret');
		assert.equal(await new SecretStorageVault(shared, 'one').get('key'), 'secret');
	});

	it('rejects when the storage does', async () => {
		const locked = () => Promise.reject(new Error('The keyring is locked.'));
		const vault = new SecretStorageVault({ ...storage(), get: locked, store: locked, delete: locked, keys: locked }, 'one');
		await assert.rejects(vault.get('key'), /locked/);
		await assert.rejects(vault.set('key', 'secret'), /locked/);
		await assert.rejects(vault.delete('key'), /locked/);
		await assert.rejects(vault.keyIds(), /locked/);
	});
});
