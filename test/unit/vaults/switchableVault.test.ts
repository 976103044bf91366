import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Vault } from '../../../src/domain/ports';
import { KeychainVault } from '../../../src/vaults/keychainVault';
import { SwitchableVault, type RunExclusive } from '../../../src/vaults/switchableVault';
import { eventually } from '../../support/eventually';
import { MemoryVault } from '../../support/store/memoryVault';
import { SlowVault, createWindowVault } from '../../support/vaults/windowVault';
import { silentLog } from '../../../src/domain/log';

const withoutLock: RunExclusive = (action) => action(() => undefined);
const fail = () => Promise.reject(new Error('broken'));

/** Creates a vault that behaves like `vault` except for `overrides`. */
function withOverrides(vault: Vault, overrides: Partial<Vault>): Vault {
	return Object.assign(Object.create(vault) as Vault, overrides);
}

/** Creates a vault with the given keys, each with its own secret. */
function createVaultWith(...keyIds: string[]): MemoryVault {
	const vault = new MemoryVault();
	keyIds.forEach((keyId) => vault.secrets.set(keyId, `secret of ${keyId}`));
	return vault;
}

const keysOf = (vault: MemoryVault) => [...vault.secrets.keys()].sort();

describe('Switchable vault', () => {
	it('stores new keys in the vault in use, which is the editor by default', async () => {
		const [editor, keychain] = [createVaultWith(), createVaultWith()];
		const vault = new SwitchableVault({ editor, keychain }, withoutLock, silentLog);
		await vault.set('first', 'secret');
		assert.deepEqual(await vault.switchTo('keychain'), { movedCount: 1, failure: undefined });
		await vault.set('second', 'secret');
		assert.equal(vault.inUse, 'keychain');
		assert.deepEqual([keysOf(editor), keysOf(keychain)], [[], ['first', 'second']]);
	});

	it('reads, lists, and deletes keys in both vaults', async () => {
		const [editor, keychain] = [createVaultWith('current', 'both'), createVaultWith('other', 'both')];
		const vault = new SwitchableVault({ editor, keychain }, withoutLock, silentLog);
		assert.deepEqual([...(await vault.keyIds())].sort(), ['both', 'current', 'other']);
		for (const keyId of ['current', 'other', 'both']) {
			assert.equal(await vault.get(keyId), `secret of ${keyId}`);
			await vault.delete(keyId);
		}
		assert.equal(await vault.get('current'), undefined);
		assert.deepEqual([keysOf(editor), keysOf(keychain)], [[], []]);
	});

	it('accesses only the list of the other vault if it is empty', async () => {
		const keychain = withOverrides(createVaultWith(), { get: fail, set: fail, delete: fail });
		const vault = new SwitchableVault({ editor: createVaultWith('key'), keychain }, withoutLock, silentLog);
		assert.equal(await vault.get('key'), 'secret of key');
		assert.equal(await vault.get('lost'), undefined);
		await vault.delete('key');
		assert.deepEqual(await vault.switchTo('editor'), { movedCount: 0, failure: undefined });
	});

	it('reads from the other vault if the one in use fails, and rejects if neither has the key', async () => {
		const vault = new SwitchableVault(
			{ editor: withOverrides(createVaultWith(), { get: fail }), keychain: createVaultWith('key') },
			withoutLock,
			silentLog,
		);
		assert.equal(await vault.get('key'), 'secret of key');
		await assert.rejects(vault.get('lost'), /broken/);
	});

	it('rejects if a key in the other vault cannot be read or deleted', async () => {
		const editor = createVaultWith('key');
		const vault = new SwitchableVault(
			{ editor, keychain: withOverrides(createVaultWith('key', 'other'), { get: fail, delete: fail }) },
			withoutLock,
			silentLog,
		);
		await assert.rejects(vault.get('other'), /broken/);
		await assert.rejects(vault.delete('key'), /broken/);
		assert.deepEqual(keysOf(editor), []);
	});

	it('finds a key that is moved while it is being read', async () => {
		const [editor, keychain] = [createVaultWith(), createVaultWith('key')];
		const vault = new SwitchableVault(
			{
				editor,
				keychain: withOverrides(keychain, {
					keyIds: async () => {
						await new SwitchableVault({ editor, keychain }, withoutLock, silentLog).switchTo('editor');
						return keychain.keyIds();
					},
				}),
			},
			withoutLock,
			silentLog,
		);
		assert.equal(await vault.get('key'), 'secret of key');
	});

	it('also moves a key that is being stored in the other vault', async () => {
		const [editor, keychain] = [createVaultWith(), createVaultWith()];
		let finishStoring: () => void = () => assert.fail('No key is being stored.');
		const slow = withOverrides(editor, {
			set: async (keyId, secret) => {
				await new Promise<void>((resolve) => (finishStoring = resolve));
				await editor.set(keyId, secret);
			},
		});
		const vault = new SwitchableVault({ editor: slow, keychain }, withoutLock, silentLog);
		const pendingSet = vault.set('key', 'secret');
		const switching = vault.switchTo('keychain');
		await eventually(() => assert.equal(vault.inUse, 'keychain'));
		finishStoring();
		await pendingSet;
		assert.deepEqual(await switching, { movedCount: 1, failure: undefined });
		assert.deepEqual([keysOf(editor), keysOf(keychain)], [[], ['key']]);
	});

	it('switches one after another', async () => {
		const [editor, keychain] = [createVaultWith('a', 'b'), createVaultWith('c')];
		const vault = new SwitchableVault({ editor, keychain }, withoutLock, silentLog);
		await Promise.all([vault.switchTo('keychain'), vault.switchTo('editor'), vault.switchTo('keychain'), vault.switchTo('editor')]);
		assert.equal(vault.inUse, 'editor');
		assert.deepEqual([keysOf(editor), keysOf(keychain)], [['a', 'b', 'c'], []]);
	});

	it('switches while another window removes keys that no token references', async () => {
		const [editor, keychain] = [createVaultWith('key'), createVaultWith()];
		const otherWindow = new SwitchableVault({ editor, keychain }, withoutLock, silentLog);
		const cleaned = withOverrides(keychain, {
			set: async (keyId, secret) => {
				await keychain.set(keyId, secret);
				const orphans = (await otherWindow.keyIds()).filter((id) => id !== 'key');
				await Promise.all(orphans.map((id) => otherWindow.delete(id)));
			},
		});
		const vault = new SwitchableVault({ editor, keychain: cleaned }, withoutLock, silentLog);
		assert.deepEqual(await vault.switchTo('keychain'), { movedCount: 1, failure: undefined });
		assert.deepEqual([keysOf(editor), keysOf(keychain)], [[], ['key']]);
	});

	it('lists a trial key that a crash left behind, so that it is removed like any other key without a token', async () => {
		const leftover = `trial-${Date.now() - 86_400_000}-0`;
		const vault = new SwitchableVault({ editor: createVaultWith(), keychain: createVaultWith(leftover) }, withoutLock, silentLog);
		assert.deepEqual(await vault.keyIds(), [leftover]);
	});

	const rejectingVaults: Record<string, (vault: MemoryVault) => Partial<Vault>> = {
		'is unavailable': () => ({ get: fail, set: fail, delete: fail, keyIds: fail }),
		'rejects every key': () => ({ set: fail }),
		'rejects the third key': (vault) => ({
			set: (keyId, secret) => (keyId === 'c' ? fail() : vault.set(keyId, secret)),
		}),
		'stores keys but does not return them': () => ({ get: () => Promise.resolve(undefined) }),
		'returns another secret': (vault) => ({ get: async (keyId) => `${await vault.get(keyId)} ` }),
		'does not store a key without an error': (vault) => ({
			set: (keyId, secret) => (keyId === 'b' ? Promise.resolve() : vault.set(keyId, secret)),
		}),
	};
	for (const [condition, overrides] of Object.entries(rejectingVaults)) {
		it(`keeps the vault in use and all its keys if the other one ${condition}`, async () => {
			const [editor, keychain] = [createVaultWith('a', 'b', 'c', 'd'), createVaultWith()];
			const vault = new SwitchableVault({ editor, keychain: withOverrides(keychain, overrides(keychain)) }, withoutLock, silentLog);
			await assert.rejects(vault.switchTo('keychain'), /broken|couldn't be read back/);
			assert.equal(vault.inUse, 'editor');
			assert.deepEqual(keysOf(editor), ['a', 'b', 'c', 'd']);
			await new SwitchableVault({ editor, keychain }, withoutLock, silentLog).switchTo('keychain');
			assert.deepEqual([keysOf(editor), keysOf(keychain)], [[], ['a', 'b', 'c', 'd']]);
		});
	}

	const vaultsThatKeepKeys: Record<string, (vault: MemoryVault) => Partial<Vault>> = {
		'cannot be listed': () => ({ keyIds: fail }),
		'cannot be read': () => ({ get: fail }),
		'cannot read one of the keys': (vault) => ({ get: (keyId) => (keyId === 'b' ? fail() : vault.get(keyId)) }),
		'cannot delete': () => ({ delete: fail }),
	};
	for (const [condition, overrides] of Object.entries(vaultsThatKeepKeys)) {
		it(`switches even if the previous vault ${condition}, and reports that keys are left there`, async () => {
			const [editor, keychain] = [createVaultWith('a', 'b', 'c'), createVaultWith()];
			const vault = new SwitchableVault({ editor: withOverrides(editor, overrides(editor)), keychain }, withoutLock, silentLog);
			const { movedCount, failure } = await vault.switchTo('keychain');
			assert.deepEqual([movedCount, String(failure)], [0, 'Error: broken']);
			assert.equal(vault.inUse, 'keychain');
			assert.deepEqual(keysOf(editor), ['a', 'b', 'c']);
			assert.deepEqual(await new SwitchableVault({ editor, keychain }, withoutLock, silentLog).switchTo('keychain'), {
				movedCount: 3,
				failure: undefined,
			});
			assert.deepEqual([keysOf(editor), keysOf(keychain)], [[], ['a', 'b', 'c']]);
		});
	}

	it('ignores keys that the previous vault lists but does not have', async () => {
		const editor = withOverrides(createVaultWith('a'), { keyIds: () => Promise.resolve(['lost', 'a']) });
		const keychain = createVaultWith();
		await new SwitchableVault({ editor, keychain }, withoutLock, silentLog).switchTo('keychain');
		assert.deepEqual(keysOf(keychain), ['a']);
	});

	it('loses no key if another window switches the other way at the same time', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-switch-'));
		try {
			for (let round = 0; round < 10; round++) {
				const [editor, keychain] = [createVaultWith(), createVaultWith()];
				const vaults = { editor: new SlowVault(editor), keychain: new SlowVault(keychain) };
				const windows = [createWindowVault(folder, vaults), createWindowVault(folder, vaults)] as const;
				await windows[0].switchTo('keychain');
				// The state after a crash in the middle of a move.
				for (const vault of [editor, keychain]) {
					['a', 'b', 'c'].forEach((keyId) => vault.secrets.set(keyId, 'secret'));
				}
				const results = await Promise.all([windows[0].switchTo('keychain'), windows[1].switchTo('editor')]);
				assert.deepEqual(
					results.map(({ failure }) => failure),
					[undefined, undefined],
				);
				assert.deepEqual([...keysOf(editor), ...keysOf(keychain)].sort(), ['a', 'b', 'c']);
			}
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});

	it('stops removing keys once another window has the lock', async () => {
		const [editor, keychain] = [createVaultWith('a', 'b', 'c'), createVaultWith()];
		let checks = 0;
		const vault = new SwitchableVault(
			{ editor, keychain },
			(action) =>
				action(() => {
					if (++checks === 2) {
						throw new Error('The lock is gone.');
					}
				}),
			silentLog,
		);
		const { movedCount, failure } = await vault.switchTo('keychain');
		assert.deepEqual([movedCount, String(failure)], [1, 'Error: The lock is gone.']);
		assert.deepEqual(
			[keysOf(editor), keysOf(keychain)],
			[
				['b', 'c'],
				['a', 'b', 'c'],
			],
		);
	});

	it('moves keys that were stored while the keychain was locked, once it is unlocked', async () => {
		const [editor, unlocked] = [createVaultWith(), createVaultWith('earlier')];
		let isLocked = true;
		const unlessLocked = <T>(call: () => Promise<T>) => (isLocked ? Promise.reject(new Error('locked')) : call());
		const keychain = withOverrides(unlocked, {
			get: (keyId) => unlessLocked(() => unlocked.get(keyId)),
			set: (keyId, secret) => unlessLocked(() => unlocked.set(keyId, secret)),
			delete: (keyId) => unlessLocked(() => unlocked.delete(keyId)),
		});
		const vault = new SwitchableVault({ editor, keychain }, withoutLock, silentLog);
		await assert.rejects(vault.switchTo('keychain'), /locked/);
		await vault.set('meanwhile', 'secret');
		assert.deepEqual([keysOf(editor), keysOf(unlocked)], [['meanwhile'], ['earlier']]);
		isLocked = false;
		assert.deepEqual(await vault.switchTo('keychain'), { movedCount: 1, failure: undefined });
		assert.deepEqual([keysOf(editor), keysOf(unlocked)], [[], ['earlier', 'meanwhile']]);
	});

	it('stores nothing for a keychain that is unavailable', async () => {
		const missingFolder = join(tmpdir(), 'connect-tokens-nowhere');
		const keychain = new KeychainVault({
			nativeModulesFolder: missingFolder,
			workspaceKey: 'workspace',
			indexFolder: missingFolder,
			log: silentLog,
		});
		const vault = new SwitchableVault({ editor: createVaultWith('key'), keychain }, withoutLock, silentLog);
		await assert.rejects(vault.switchTo('keychain'), { name: 'ProblemError', message: /isn't supported on this system/ });
		assert.deepEqual(await keychain.keyIds(), []);
		assert.equal(await vault.get('key'), 'secret of key');
		await vault.delete('key');
	});
});
