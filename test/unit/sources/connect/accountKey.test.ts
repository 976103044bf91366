import assert from 'node:assert/strict';
import { eventually } from '../../../support/eventually';
import { TestAccounts, MemoryAccountKeyStore } from '../../../support/connect/testAccounts';
import { changeBody, loseResponse } from '../../../support/connect/platformFaults';
import { usePlatform } from '../../../support/connect/usePlatform';

describe('replacing the account key', () => {
	const getPlatform = usePlatform();
	const accounts = new TestAccounts();

	/** Opens an account that's signed in with a key that expires. */
	async function openAccount() {
		const platform = getPlatform();
		const { account } = platform;
		const { ownToken } = account;
		account.rotate(ownToken.id, '2098-01-01T00:00:00Z');
		const accountKeyStore = new MemoryAccountKeyStore(account.key);
		const source = await accounts.open(platform, { accountKeyStore });
		await source.list();
		return { platform, account, ownToken, accountKeyStore, source };
	}

	it('signs the account in with the new key', async () => {
		const { account, ownToken, accountKeyStore, source } = await openAccount();
		const before = accountKeyStore.key;
		await source.rotate(ownToken.id, { expirationDate: '2099-01-01T00:00:00Z' });
		assert.notEqual(accountKeyStore.key, before);
		assert.equal(accountKeyStore.key, account.key);
		await source.renew(ownToken.id, { expirationDate: '2100-01-01T00:00:00Z' });
		assert.equal(accountKeyStore.key, account.key);
		assert.deepEqual(await source.readKey(ownToken.id), { authorization: account.key });
		await source.reload();
	});

	it('repeats requests with the new key that were rejected with the old key during the replacement', async () => {
		const { platform, account, ownToken, source } = await openAccount();
		const other = account.add();
		const countRejected = () => platform.requests.filter(({ response }) => response?.status === 401).length;
		let concurrentActions: Promise<unknown> | undefined;
		platform.fault('POST /auth/tokens/{id}/rotate', {
			outcome: async (regular) => {
				concurrentActions = Promise.all([source.reload(), source.readKey(other.id), source.rotate(other.id)]);
				await eventually(() => assert.equal(countRejected(), 3));
				return regular;
			},
			times: 1,
		});
		await source.rotate(ownToken.id);
		await concurrentActions;
		assert.equal(source.problem, undefined);
	});

	it('reports a rejected key, not a lost one, if the key was rejected before the replacement', async () => {
		const { platform, account, ownToken, accountKeyStore, source } = await openAccount();
		platform.fault('POST /auth/tokens/{id}/rotate', { before: () => account.rotate(ownToken.id, null), times: 1 });
		await assert.rejects(source.rotate(ownToken.id), /rejected the API key/);
		accountKeyStore.key = account.key;
		await source.rotate(ownToken.id);
	});

	it('does not change the account key when another token is rotated', async () => {
		const { account, accountKeyStore, source } = await openAccount();
		const before = accountKeyStore.key;
		await source.rotate(account.add().id);
		assert.equal(accountKeyStore.key, before);
	});

	it('continues if the response to the renewal got lost or contains no key', async () => {
		const { platform, account, ownToken, accountKeyStore, source } = await openAccount();
		platform.fault('POST /auth/tokens/{id}/renew', { outcome: loseResponse(), times: 1 });
		await source.renew(ownToken.id, { expirationDate: '2099-01-01T00:00:00Z' });
		assert.equal(accountKeyStore.key, account.key);
		account.rotate(ownToken.id, '2099-01-01T00:00:00Z');
		accountKeyStore.key = account.key;
		platform.fault('POST /auth/tokens/{id}/renew', {
			outcome: changeBody((token) => ({ ...(token as object), token: null, renewed_token: null })),
			times: 1,
		});
		await source.renew(ownToken.id, { expirationDate: '2100-01-01T00:00:00Z' });
		assert.equal(accountKeyStore.key, account.key);
	});

	it('says what to do if the new key was not received', async () => {
		for (const outcome of [loseResponse(), changeBody((token) => ({ ...(token as object), token: null }))]) {
			const { platform, account, ownToken, accountKeyStore, source } = await openAccount();
			platform.fault('POST /auth/tokens/{id}/rotate', { outcome, times: 1 });
			await assert.rejects(
				source.rotate(ownToken.id, { expirationDate: '2099-01-01T00:00:00Z' }),
				/wasn't received\. Copy the new key from CloudBlue Connect, then run “Replace Account Key”/,
			);
			await assert.rejects(source.reload(), /rejected the API key/);
			accountKeyStore.key = account.key;
			await source.reload();
			assert.equal(source.problem, undefined);
			await platform.stop();
			await platform.start();
		}
	});

	it('reports a new key that cannot be stored, and uses it until the window is closed', async () => {
		const { account, ownToken, accountKeyStore, source } = await openAccount();
		const oldKey = accountKeyStore.key;
		accountKeyStore.replace = () => Promise.reject(new Error('The keyring is locked'));
		await assert.rejects(
			source.rotate(ownToken.id, { expirationDate: '2099-01-01T00:00:00Z' }),
			/couldn't be stored \(The keyring is locked\)\. Copy the key now, then run “Replace Account Key”/,
		);
		assert.equal(accountKeyStore.key, oldKey);
		assert.deepEqual(await source.readKey(ownToken.id), { authorization: account.key });
		assert.equal((await source.get(ownToken.id))?.expirationDate, '2099-01-01T00:00:00.000Z');
		// The user follows the instructions, and later replaces the account key with one of another token.
		accountKeyStore.key = account.key;
		await source.reload();
		accountKeyStore.key = account.authorization(account.add({ name: 'other' }));
		account.rotate(ownToken.id, null);
		await source.reload();
	});

	it('fires the rotation event even if the new key could not be stored', async () => {
		const { ownToken, accountKeyStore, source } = await openAccount();
		const rotatedIds: string[] = [];
		source.onDidRotate((id) => rotatedIds.push(id));
		accountKeyStore.replace = () => Promise.reject(new Error('The keyring is locked'));
		await assert.rejects(source.rotate(ownToken.id));
		assert.deepEqual(rotatedIds, [ownToken.id]);
	});
});
