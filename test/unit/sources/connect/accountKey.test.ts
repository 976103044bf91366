import assert from 'node:assert/strict';
import { eventually } from '../../../support/eventually';
import { AccountSources, MemoryAccountKeyStore } from '../../../support/connect/accountSources';
import { changeBody, loseResponse } from '../../../support/connect/platformFaults';
import { usePlatform } from '../../../support/connect/usePlatform';

describe('An account whose own key is replaced from here', () => {
	const started = usePlatform();
	const accounts = new AccountSources();

	/** An account opened by a key that ends, and where that lies. */
	async function open() {
		const platform = started();
		const { account } = platform;
		const own = account.ownToken;
		account.rotate(own.id, '2098-01-01T00:00:00Z');
		const credential = new MemoryAccountKeyStore(account.key);
		const source = await accounts.open(platform, { accountKeyStore: credential });
		await source.list();
		return { platform, account, own, credential, source };
	}

	it('goes on with the new key', async () => {
		const { account, own, credential, source } = await open();
		const before = credential.key;
		await source.rotate(own.id, { expirationDate: '2099-01-01T00:00:00Z' });
		assert.notEqual(credential.key, before);
		assert.equal(credential.key, account.key);
		await source.renew(own.id, { expirationDate: '2100-01-01T00:00:00Z' });
		assert.equal(credential.key, account.key);
		assert.deepEqual(await source.readKey(own.id), { authorization: account.key });
		await source.reload();
	});

	it('is asked with the new key, though it was refused the old one while the new one was on its way', async () => {
		const { platform, account, own, source } = await open();
		const other = account.add();
		const refused = () => platform.requests.filter(({ response: answer }) => answer?.status === 401).length;
		let meanwhile: Promise<unknown> | undefined;
		platform.fault('POST /auth/tokens/{id}/rotate', {
			outcome: async (regular) => {
				meanwhile = Promise.all([source.reload(), source.readKey(other.id), source.rotate(other.id)]);
				await eventually(() => assert.equal(refused(), 3));
				return regular;
			},
			times: 1,
		});
		await source.rotate(own.id);
		await meanwhile;
		assert.equal(source.problem, undefined);
	});

	it('says that the key is wrong, and not that it was replaced, when it is refused from the beginning', async () => {
		const { platform, account, own, credential, source } = await open();
		platform.fault('POST /auth/tokens/{id}/rotate', { before: () => account.rotate(own.id, null), times: 1 });
		await assert.rejects(source.rotate(own.id), /rejected the API key/);
		credential.key = account.key;
		await source.rotate(own.id);
	});

	it('leaves the key alone when another token is rotated', async () => {
		const { account, credential, source } = await open();
		const before = credential.key;
		await source.rotate(account.add().id);
		assert.equal(credential.key, before);
	});

	it('goes on though the answer to the renewal got lost, or has no key in it', async () => {
		const { platform, account, own, credential, source } = await open();
		platform.fault('POST /auth/tokens/{id}/renew', { outcome: loseResponse(), times: 1 });
		await source.renew(own.id, { expirationDate: '2099-01-01T00:00:00Z' });
		assert.equal(credential.key, account.key);
		account.rotate(own.id, '2099-01-01T00:00:00Z');
		credential.key = account.key;
		platform.fault('POST /auth/tokens/{id}/renew', {
			outcome: changeBody((token) => ({ ...(token as object), token: null, renewed_token: null })),
			times: 1,
		});
		await source.renew(own.id, { expirationDate: '2100-01-01T00:00:00Z' });
		assert.equal(credential.key, account.key);
	});

	it('says how to go on when the new key did not arrive', async () => {
		for (const outcome of [loseResponse(), changeBody((token) => ({ ...(token as object), token: null }))]) {
			const { platform, account, own, credential, source } = await open();
			platform.fault('POST /auth/tokens/{id}/rotate', { outcome, times: 1 });
			await assert.rejects(
				source.rotate(own.id, { expirationDate: '2099-01-01T00:00:00Z' }),
				/wasn't received\. Copy the new key from CloudBlue Connect, then run “Replace Account Key”/,
			);
			await assert.rejects(source.reload(), /rejected the API key/);
			credential.key = account.key;
			await source.reload();
			assert.equal(source.problem, undefined);
			await platform.stop();
			await platform.start();
		}
	});

	it('goes on with a new key that cannot be stored, as long as the window is open, and says so', async () => {
		const { account, own, credential, source } = await open();
		const old = credential.key;
		credential.replace = () => Promise.reject(new Error('The keyring is locked'));
		await assert.rejects(
			source.rotate(own.id, { expirationDate: '2099-01-01T00:00:00Z' }),
			/couldn't be stored \(The keyring is locked\)\. Copy the key now, then run “Replace Account Key”/,
		);
		assert.equal(credential.key, old);
		assert.deepEqual(await source.readKey(own.id), { authorization: account.key });
		assert.equal((await source.get(own.id))?.expirationDate, '2099-01-01T00:00:00.000Z');
		// The user does as told, and later replaces the key by one of another token.
		credential.key = account.key;
		await source.reload();
		credential.key = account.authorization(account.add({ name: 'other' }));
		account.rotate(own.id, null);
		await source.reload();
	});

	it('tells that it was rotated, also where its key could not be stored', async () => {
		const { own, credential, source } = await open();
		const rotated: string[] = [];
		source.onDidRotate((id) => rotated.push(id));
		credential.replace = () => Promise.reject(new Error('The keyring is locked'));
		await assert.rejects(source.rotate(own.id));
		assert.deepEqual(rotated, [own.id]);
	});
});
