import assert from 'node:assert/strict';
import type { SourceToken } from '../../../src/domain/tokenSources';
import { parseApiKey } from '../../../src/domain/apiKey';
import { silentLog } from '../../../src/domain/log';
import { CachedKeyReader } from '../../../src/requestFiles/cachedKeyReader';
import { TestAccounts, MemoryAccountKeyStore } from '../../support/connect/testAccounts';
import { unaskedKeys } from '../../support/testBroker';
import { usePlatform } from '../../support/connect/usePlatform';

describe('CachedKeyReader', () => {
	let now: Date;
	let reader: CachedKeyReader;
	beforeEach(() => {
		now = new Date('2030-01-01T00:00:00Z');
		reader = new CachedKeyReader(
			(found) => unaskedKeys.release({ found, form: 'credential' }),
			() => now,
			silentLog,
		);
	});
	const startedPlatforms = usePlatform({ now: () => now });
	const accounts = new TestAccounts();
	const advanceClock = (milliseconds: number) => (now = new Date(now.getTime() + milliseconds));
	const requestCount = () => startedPlatforms().requests.length;

	async function openSource() {
		const credential = new MemoryAccountKeyStore(startedPlatforms().account.key);
		const source = await accounts.open(startedPlatforms(), { clock: () => now, accountKeyStore: credential });
		const { id } = startedPlatforms().account.add();
		await source.list();
		const findToken = async (): Promise<SourceToken> => ({ source, token: (await source.list('cached')).find((item) => item.id === id)! });
		const { tokenId, secret } = parseApiKey(startedPlatforms().account.authorization(startedPlatforms().account.token(id)))!;
		return { source, credential, findToken, key: `${tokenId}:${secret}` };
	}

	it("requests a key only once while it doesn't change", async () => {
		const { findToken, key } = await openSource();
		assert.deepEqual(await reader.read([await findToken()], false), [key]);
		const before = requestCount();
		advanceClock(3_600_000);
		assert.deepEqual(await reader.read([await findToken()], false), [key]);
		assert.equal(requestCount(), before);
	});

	it('retries a failed read after a while, or right away if the user is waiting', async () => {
		const { source, credential, findToken, key } = await openSource();
		const { key: ownToken } = startedPlatforms().account;
		credential.key = `ApiKey SU-999-000-001:${'ab'.repeat(20)}`;
		assert.deepEqual(await reader.read([await findToken()], false), [undefined]);
		const before = requestCount();
		advanceClock(1000);
		assert.deepEqual(await reader.read([await findToken()], false), [undefined]);
		assert.equal(requestCount(), before);
		assert.deepEqual(await reader.read([await findToken()], true), [undefined]);
		assert.equal(requestCount(), before + 1);
		advanceClock(60_000);
		assert.deepEqual(await reader.read([await findToken()], false), [undefined]);
		assert.equal(requestCount(), before + 2);
		// Once the account can be read again, its keys can, too.
		credential.key = ownToken;
		advanceClock(1000);
		await source.reload();
		assert.deepEqual(await reader.read([await findToken()], false), [key]);
	});
});
