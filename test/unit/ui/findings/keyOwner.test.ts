import assert from 'node:assert/strict';
import { parseApiKey, type ApiKey } from '../../../../src/domain/apiKey';
import { Emitter } from '../../../../src/domain/emitter';
import type { TokenSource, WorkspaceTokens } from '../../../../src/domain/ports';
import { TokenSources } from '../../../../src/domain/sources';
import { ownerOf } from '../../../../src/ui/findings/keyOwner';
import type { PlatformAccount } from '../../../support/connect/account';
import { Accounts } from '../../../support/connect/accounts';
import { usePlatform } from '../../../support/connect/usePlatform';

const SHARED = 'SU-900-000-001';

describe('The token that a key in a file is of', () => {
	const started = usePlatform();
	const accounts = new Accounts();
	let first: PlatformAccount;
	let second: PlatformAccount;
	let sources: TokenSources;

	beforeEach(async () => {
		first = started().account;
		second = started().addAccount();
		[first, second].forEach((one) => one.add({ id: SHARED }));
		const opened = await Promise.all([first, second].map((of) => accounts.open(started(), { of })));
		await Promise.all(opened.map((one) => one.list()));
		const emitter = new Emitter();
		const on = () => emitter.on(() => undefined);
		const empty: Partial<TokenSource> = {
			list: () => Promise.resolve([]),
			get: () => Promise.resolve(undefined),
			onDidChange: on,
			onDidCount: on,
			onDidRotate: on,
		};
		sources = new TokenSources(empty as WorkspaceTokens);
		sources.setAccounts(opened);
	});

	const keyIn = (account: PlatformAccount): ApiKey => parseApiKey(account.authorization(account.token(SHARED)))!;
	const owner = async (key: ApiKey) => (await ownerOf(key, sources))?.source.id;

	it('is that of the account that has the key, where several have tokens of its id', async () => {
		assert.equal(await owner(keyIn(first)), first.reference.id);
		assert.equal(await owner(keyIn(second)), second.reference.id);
	});

	it('is the first where nobody has the key any more, and none where nobody has the token', async () => {
		assert.equal(await owner({ tokenId: SHARED, secret: '0'.repeat(40) }), first.reference.id);
		assert.equal(await owner({ tokenId: 'SU-999-999-999', secret: '0'.repeat(40) }), undefined);
	});
});
