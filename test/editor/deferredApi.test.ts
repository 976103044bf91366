import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { ConnectTokensApi, TokensApi } from '../../src/api';
import { createDeferredApi } from '../../src/deferredApi';

describe('the API before the extension has loaded', () => {
	const account = (endpoint: string) => ({ sourceId: endpoint, id: 'VA-100-000-000', name: 'Vallonia', endpoint });
	const tokensAt = (endpoint: string) => ({ list: () => Promise.resolve([{ id: endpoint }]) }) as unknown as TokensApi;

	/** @param storedOnLoad what is stored by the time the extension loads */
	function createTestApi(stored: unknown, storedOnLoad: unknown): ConnectTokensApi {
		let state = stored;
		const accounts = (Array.isArray(storedOnLoad) ? (storedOnLoad as ReturnType<typeof account>[]) : []).map(({ id, name, endpoint }) => ({
			id,
			name,
			tokens: tokensAt(endpoint),
		}));
		const context = { subscriptions: [], globalState: { get: () => state } } as unknown as vscode.ExtensionContext;
		const api = createDeferredApi(
			context,
			() => Promise.resolve({ accounts } as unknown as ConnectTokensApi),
			() => undefined,
		);
		assert.ok(api.accounts);
		state = storedOnLoad;
		return api;
	}

	it('keeps referring to the same account, and rejects calls for one that was removed in the meantime', async () => {
		const [first, second] = [account('https://a.example'), account('https://b.example')];
		const { accounts } = createTestApi([first, second], [second]);
		await assert.rejects(accounts[0]!.tokens.list(), /VA-100-000-000 was removed/);
		assert.deepEqual(await accounts[1]!.tokens.list(), [{ id: second.endpoint }]);
	});

	it('has no accounts if the stored accounts are invalid', () => {
		assert.deepEqual(createTestApi({ length: 1 }, undefined).accounts, []);
	});
});
