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

/** A vault that does all as `vault` does, but what is given here. */
function changed(vault: Vault, overrides: Partial<Vault>): Vault {
	return Object.assign(Object.create(vault) as Vault, overrides);
}

/** A vault with these keys, each with a secret of its own. */
function createVaultWith(...keyIds: string[]): MemoryVault {
	const vault = new MemoryVault();
	keyIds.forEach((keyId) => vault.secrets.set(keyId, `secret of ${keyId}`));
	return vault;
}

const keysOf = (vault: MemoryVault) => [...vault.secrets.keys()].sort();

describe('Switchable vault', () => {
	it('keeps new keys in the one that is in use, the editor at first', async () => {
		const [editor, keychain] = [createVaultWith(), createVaultWith()];
		const vault = new SwitchableVault({ editor, keychain }, withoutLock, silentLog);
		await vault.set('first', 'secret');
		assert.deepEqual(await vault.switchTo('keychain'), { movedCount: 1, failure: undefined });
		await vault.set('second', 'secret');
		assert.equal(vault.inUse, 'keychain');
		assert.deepEqual([keysOf(editor), keysOf(keychain)], [[], ['first', 'second']]);
	});

	it('reads, lists and deletes keys wherever they lie', async () => {
		const [editor, keychain] = [createVaultWith('here', 'both'), createVaultWith('there', 'both')];
		const vault = new SwitchableVault({ editor, keychain }, withoutLock, silentLog);
		assert.deepEqual([...(await vault.keyIds())].sort(), ['both', 'here', 'there']);
		for (const keyId of ['here', 'there', 'both']) {
			assert.equal(await vault.get(keyId), `secret of ${keyId}`);
			await vault.delete(keyId);
		}
		assert.equal(await vault.get('here'), undefined);
		assert.deepEqual([keysOf(editor), keysOf(keychain)], [[], []]);
	});

	it('asks the other for nothing but its list, as long as that is empty', async () => {
		const keychain = changed(createVaultWith(), { get: fail, set: fail, delete: fail });
		const vault = new SwitchableVault({ editor: createVaultWith('key'), keychain }, withoutLock, silentLog);
		assert.equal(await vault.get('key'), 'secret of key');
		assert.equal(await vault.get('lost'), undefined);
		await vault.delete('key');
		assert.deepEqual(await vault.switchTo('editor'), { movedCount: 0, failure: undefined });
	});

	it('reads from the other when the one in use fails, and says why when that has no such key', async () => {
		const vault = new SwitchableVault(
			{ editor: changed(createVaultWith(), { get: fail }), keychain: createVaultWith('key') },
			withoutLock,
			silentLog,
		);
		assert.equal(await vault.get('key'), 'secret of key');
		await assert.rejects(vault.get('lost'), /broken/);
	});

	it('says why a key of the other cannot be read or deleted', async () => {
		const editor = createVaultWith('key');
		const vault = new SwitchableVault(
			{ editor, keychain: changed(createVaultWith('key', 'there'), { get: fail, delete: fail }) },
			withoutLock,
			silentLog,
		);
		await assert.rejects(vault.get('there'), /broken/);
		await assert.rejects(vault.delete('key'), /broken/);
		assert.deepEqual(keysOf(editor), []);
	});

	it('finds a key that is moved while it is looked for', async () => {
		const [editor, keychain] = [createVaultWith(), createVaultWith('key')];
		const vault = new SwitchableVault(
			{
				editor,
				keychain: changed(keychain, {
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

	it('also moves a key that was on its way into the other', async () => {
		const [editor, keychain] = [createVaultWith(), createVaultWith()];
		let arrive: () => void = () => assert.fail('It is not on its way.');
		const slow = changed(editor, {
			set: async (keyId, secret) => {
				await new Promise<void>((resolve) => (arrive = resolve));
				await editor.set(keyId, secret);
			},
		});
		const vault = new SwitchableVault({ editor: slow, keychain }, withoutLock, silentLog);
		const setting = vault.set('key', 'secret');
		const switching = vault.switchTo('keychain');
		await eventually(() => assert.equal(vault.inUse, 'keychain'));
		arrive();
		await setting;
		assert.deepEqual(await switching, { movedCount: 1, failure: undefined });
		assert.deepEqual([keysOf(editor), keysOf(keychain)], [[], ['key']]);
	});

	it('follows one switch after another', async () => {
		const [editor, keychain] = [createVaultWith('a', 'b'), createVaultWith('c')];
		const vault = new SwitchableVault({ editor, keychain }, withoutLock, silentLog);
		await Promise.all([vault.switchTo('keychain'), vault.switchTo('editor'), vault.switchTo('keychain'), vault.switchTo('editor')]);
		assert.equal(vault.inUse, 'editor');
		assert.deepEqual([keysOf(editor), keysOf(keychain)], [['a', 'b', 'c'], []]);
	});

	const createRejectingVault: Record<string, (vault: MemoryVault) => Partial<Vault>> = {
		'cannot be reached': () => ({ get: fail, set: fail, delete: fail, keyIds: fail }),
		'refuses every key': () => ({ set: fail }),
		'refuses the third key': (vault) => ({
			set: (keyId, secret) => (keyId === 'c' ? fail() : vault.set(keyId, secret)),
		}),
		'takes keys but does not give them back': () => ({ get: () => Promise.resolve(undefined) }),
		'gives back something else': (vault) => ({ get: async (keyId) => `${await vault.get(keyId)} ` }),
		'only claims to have taken a key': (vault) => ({
			set: (keyId, secret) => (keyId === 'b' ? Promise.resolve() : vault.set(keyId, secret)),
		}),
	};
	for (const [what, overrides] of Object.entries(createRejectingVault)) {
		it(`stays with the one in use, whole, when the other ${what}`, async () => {
			const [editor, keychain] = [createVaultWith('a', 'b', 'c', 'd'), createVaultWith()];
			const vault = new SwitchableVault({ editor, keychain: changed(keychain, overrides(keychain)) }, withoutLock, silentLog);
			await assert.rejects(vault.switchTo('keychain'), /broken|couldn't be read back/);
			assert.equal(vault.inUse, 'editor');
			assert.deepEqual(keysOf(editor), ['a', 'b', 'c', 'd']);
			await new SwitchableVault({ editor, keychain }, withoutLock, silentLog).switchTo('keychain');
			assert.deepEqual([keysOf(editor), keysOf(keychain)], [[], ['a', 'b', 'c', 'd']]);
		});
	}

	const createDelayedVault: Record<string, (vault: MemoryVault) => Partial<Vault>> = {
		'cannot be listed': () => ({ keyIds: fail }),
		'cannot be read': () => ({ get: fail }),
		'cannot be read at one key': (vault) => ({ get: (keyId) => (keyId === 'b' ? fail() : vault.get(keyId)) }),
		'cannot delete': () => ({ delete: fail }),
	};
	for (const [what, overrides] of Object.entries(createDelayedVault)) {
		it(`comes into use when the one before ${what}; the keys stay there, which is told, until it can`, async () => {
			const [editor, keychain] = [createVaultWith('a', 'b', 'c'), createVaultWith()];
			const vault = new SwitchableVault({ editor: changed(editor, overrides(editor)), keychain }, withoutLock, silentLog);
			const { movedCount: moved, failure: left } = await vault.switchTo('keychain');
			assert.deepEqual([moved, String(left)], [0, 'Error: broken']);
			assert.equal(vault.inUse, 'keychain');
			assert.deepEqual(keysOf(editor), ['a', 'b', 'c']);
			assert.deepEqual(await new SwitchableVault({ editor, keychain }, withoutLock, silentLog).switchTo('keychain'), {
				movedCount: 3,
				failure: undefined,
			});
			assert.deepEqual([keysOf(editor), keysOf(keychain)], [[], ['a', 'b', 'c']]);
		});
	}

	it('does not move what the one before lists and does not hold', async () => {
		const editor = changed(createVaultWith('a'), { keyIds: () => Promise.resolve(['lost', 'a']) });
		const keychain = createVaultWith();
		await new SwitchableVault({ editor, keychain }, withoutLock, silentLog).switchTo('keychain');
		assert.deepEqual(keysOf(keychain), ['a']);
	});

	it('loses no key to another window that switches the other way at the same time', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-switch-'));
		try {
			for (let round = 0; round < 10; round++) {
				const [editor, keychain] = [createVaultWith(), createVaultWith()];
				const vaults = { editor: new SlowVault(editor), keychain: new SlowVault(keychain) };
				const windows = [createWindowVault(folder, vaults), createWindowVault(folder, vaults)] as const;
				await windows[0].switchTo('keychain');
				// As a crash in the middle of a move leaves them.
				for (const vault of [editor, keychain]) {
					['a', 'b', 'c'].forEach((keyId) => vault.secrets.set(keyId, 'secret'));
				}
				const results = await Promise.all([windows[0].switchTo('keychain'), windows[1].switchTo('editor')]);
				assert.deepEqual(
					results.map(({ failure: left }) => left),
					[undefined, undefined],
				);
				assert.deepEqual([...keysOf(editor), ...keysOf(keychain)].sort(), ['a', 'b', 'c']);
			}
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});

	it('removes nothing once another window moves keys too', async () => {
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
		const { movedCount: moved, failure: left } = await vault.switchTo('keychain');
		assert.deepEqual([moved, String(left)], [1, 'Error: The lock is gone.']);
		assert.deepEqual(
			[keysOf(editor), keysOf(keychain)],
			[
				['b', 'c'],
				['a', 'b', 'c'],
			],
		);
	});

	it('leaves no trace of a keychain that is not to be had', async () => {
		const nowhere = join(tmpdir(), 'connect-tokens-nowhere');
		const keychain = new KeychainVault({ nativeModulesFolder: nowhere, workspaceKey: 'workspace', indexFolder: nowhere, log: silentLog });
		const vault = new SwitchableVault({ editor: createVaultWith('key'), keychain }, withoutLock, silentLog);
		await assert.rejects(vault.switchTo('keychain'), { name: 'ProblemError', message: /isn't supported on this system/ });
		assert.deepEqual(await keychain.keyIds(), []);
		assert.equal(await vault.get('key'), 'secret of key');
		await vault.delete('key');
	});
});
