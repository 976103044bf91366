import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { deferApi } from '../../src/deferredApi';

describe('the API before anything is loaded', () => {
	const account = (endpoint: string) => ({ sourceId: endpoint, id: 'VA-100-000-000', name: 'Vallonia', endpoint });
	const tokensOf = (endpoint: string) => ({ list: () => Promise.resolve([{ id: endpoint }]) }) as unknown as TokensApi;

	/** @param later what is stored by the time it is loaded */
	function deferred(stored: unknown, later: unknown): ConnectTokensApi {
		let state = stored;
		const accounts = (Array.isArray(later) ? (later as ReturnType<typeof account>[]) : []).map(({ id, name, endpoint }) => ({
			id,
			name,
			tokens: tokensOf(endpoint),
		}));
		const context = { subscriptions: [], globalState: { get: () => state } } as unknown as vscode.ExtensionContext;
		const api = deferApi(
			context,
			() => Promise.resolve({ accounts } as unknown as ConnectTokensApi),
			() => undefined,
		);
		assert.ok(api.accounts);
		state = later;
		return api;
	}

	it('means the same account later, and none in the place of one that was removed', async () => {
		const [first, second] = [account('https://a.example'), account('https://b.example')];
		const { accounts } = deferred([first, second], [second]);
		await assert.rejects(accounts[0]!.tokens.list(), /VA-100-000-000 has been removed/);
		assert.deepEqual(await accounts[1]!.tokens.list(), [{ id: second.endpoint }]);
	});

	it('has no accounts where what is stored of them makes no sense', () => {
		assert.deepEqual(deferred({ length: 1 }, undefined).accounts, []);
	});
});
