import assert from 'node:assert/strict';
import { AccountSources, type AccountSource } from '../../../src/models/accountSources';
import type { StoredAccount } from '../../../src/models/accountStore';

const first: StoredAccount = { sourceId: 'VA-1', id: 'VA-1', name: 'First', endpoint: 'https://a.example' };
const second: StoredAccount = { ...first, sourceId: 'VA-2', id: 'VA-2', name: 'Second' };

describe('AccountSources', () => {
	let created: string[];
	let disposed: string[];
	let accountSources: AccountSources<AccountSource>;
	beforeEach(() => {
		created = [];
		disposed = [];
		accountSources = new AccountSources((account) => {
			created.push(account.name);
			return {
				id: account.sourceId,
				remote: { account },
				dispose: () => void disposed.push(account.name),
			} as unknown as AccountSource;
		});
	});

	it('creates one source for each account, in order', () => {
		const { current, removed } = accountSources.update([second, first]);
		assert.deepEqual(
			current.map(({ id }) => id),
			['VA-2', 'VA-1'],
		);
		assert.deepEqual(removed, []);
	});

	it('keeps the sources of unchanged accounts', () => {
		const before = accountSources.update([first, second]).current;
		const after = accountSources.update([second, { ...first }]).current;
		assert.deepEqual(after, [before[1], before[0]]);
		assert.deepEqual(disposed, []);
	});

	it('replaces the source of an account that changed', () => {
		const before = accountSources.update([first]).current;
		const { current, removed } = accountSources.update([{ ...first, name: 'Renamed' }]);
		assert.notEqual(current[0], before[0]);
		assert.deepEqual(removed, []);
		assert.deepEqual(created, ['First', 'Renamed']);
		assert.deepEqual(disposed, ['First']);
	});

	it('reports and disposes the sources of removed accounts', () => {
		const before = accountSources.update([first, second]).current;
		const { current, removed } = accountSources.update([second]);
		assert.deepEqual(current, [before[1]]);
		assert.deepEqual(removed, [before[0]]);
		assert.deepEqual(disposed, ['First']);
	});

	it('disposes all sources with itself', () => {
		accountSources.update([first, second]);
		accountSources.dispose();
		assert.deepEqual(disposed, ['First', 'Second']);
	});
});
