import assert from 'node:assert/strict';
import type { SourceToken } from '../../../../src/domain/sources';
import { parseApiKey } from '../../../../src/domain/apiKey';
import { KeyReader } from '../../../../src/ui/requestFiles/keyReader';
import { Accounts, MemoryCredential } from '../../../support/connect/accounts';
import { usePlatform } from '../../../support/connect/usePlatform';

describe('The keys that are handed to clients', () => {
	let now: Date;
	let reader: KeyReader;
	beforeEach(() => {
		now = new Date('2030-01-01T00:00:00Z');
		reader = new KeyReader(() => now);
	});
	const started = usePlatform({ now: () => now });
	const accounts = new Accounts();
	const later = (milliseconds: number) => (now = new Date(now.getTime() + milliseconds));
	const asked = () => started().requests.length;

	async function open() {
		const credential = new MemoryCredential(started().account.key);
		const source = await accounts.open(started(), { clock: () => now, credential });
		const { id } = started().account.add();
		await source.list();
		const found = async (): Promise<SourceToken> => ({ source, token: (await source.list('known')).find((one) => one.id === id)! });
		const { tokenId, secret } = parseApiKey(started().account.authorization(started().account.token(id)))!;
		return { source, credential, found, key: `${tokenId}:${secret}` };
	}

	it('are asked for once while they stay the same', async () => {
		const { found, key } = await open();
		assert.deepEqual(await reader.read([await found()], false), [key]);
		const before = asked();
		later(3_600_000);
		assert.deepEqual(await reader.read([await found()], false), [key]);
		assert.equal(asked(), before);
	});

	it('that an account does not give are not asked for at every look, but when somebody is waiting, and after a while', async () => {
		const { source, credential, found, key } = await open();
		const { key: own } = started().account;
		credential.key = `ApiKey SU-999-000-001:${'ab'.repeat(20)}`;
		assert.deepEqual(await reader.read([await found()], false), [undefined]);
		const before = asked();
		later(1000);
		assert.deepEqual(await reader.read([await found()], false), [undefined]);
		assert.equal(asked(), before);
		assert.deepEqual(await reader.read([await found()], true), [undefined]);
		assert.equal(asked(), before + 1);
		later(60_000);
		assert.deepEqual(await reader.read([await found()], false), [undefined]);
		assert.equal(asked(), before + 2);
		// Once the account can be read again, so can they.
		credential.key = own;
		later(1000);
		await source.reload();
		assert.deepEqual(await reader.read([await found()], false), [key]);
	});
});
