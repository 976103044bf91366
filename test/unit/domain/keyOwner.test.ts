import assert from 'node:assert/strict';
import { parseApiKey, type ApiKey } from '../../../src/domain/apiKey';
import { Emitter } from '../../../src/domain/emitter';
import type { TokenSource, WorkspaceTokenSource } from '../../../src/domain/ports';
import { TokenSources } from '../../../src/domain/tokenSources';
import { findKeyOwner } from '../../../src/domain/keyOwner';
import type { PlatformAccount } from '../../support/connect/platformAccount';
import { TestAccounts } from '../../support/connect/testAccounts';
import { usePlatform } from '../../support/connect/usePlatform';
import { silentLog } from '../../../src/domain/log';

const SHARED_TOKEN_ID = 'SU-900-000-001';

describe('Owner of an API key', () => {
	const startedPlatforms = usePlatform();
	const accounts = new TestAccounts();
	let first: PlatformAccount;
	let second: PlatformAccount;
	let sources: TokenSources;

	beforeEach(async () => {
		first = startedPlatforms().account;
		second = startedPlatforms().addAccount();
		[first, second].forEach((account) => account.add({ id: SHARED_TOKEN_ID }));
		const accountSources = await Promise.all(
			[first, second].map((platformAccount) => accounts.open(startedPlatforms(), { platformAccount })),
		);
		await Promise.all(accountSources.map((source) => source.list()));
		const emitter = new Emitter();
		const on = () => emitter.on(() => undefined);
		const emptySource: Partial<TokenSource> = {
			list: () => Promise.resolve([]),
			get: () => Promise.resolve(undefined),
			onDidChange: on,
			onDidRotate: on,
		};
		sources = new TokenSources(emptySource as WorkspaceTokenSource, silentLog);
		sources.setAccounts(accountSources);
	});

	const apiKeyOf = (account: PlatformAccount): ApiKey => parseApiKey(account.authorization(account.token(SHARED_TOKEN_ID)))!;
	const findOwnerId = async (key: ApiKey) => (await findKeyOwner(key, sources, silentLog))?.source.id;

	it('is the token with the key if several accounts have a token with its ID', async () => {
		assert.equal(await findOwnerId(apiKeyOf(first)), first.reference.id);
		assert.equal(await findOwnerId(apiKeyOf(second)), second.reference.id);
	});

	it('is the first token with its ID if none has the key, or undefined if there is no such token', async () => {
		assert.equal(await findOwnerId({ tokenId: SHARED_TOKEN_ID, secret: '0'.repeat(40) }), first.reference.id);
		assert.equal(await findOwnerId({ tokenId: 'SU-999-999-999', secret: '0'.repeat(40) }), undefined);
	});
});
