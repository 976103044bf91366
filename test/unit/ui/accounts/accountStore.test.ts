import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { AccountStore } from '../../../../src/ui/accounts/accountStore';
import { variableFor } from '../../../../src/http/references';

const key = (digit: string) => `ApiKey SU-100-000-001:${digit.repeat(40)}`;
const account = (endpoint: string, id = 'VA-100-000-000') => ({ id, name: 'Vallonia', endpoint });

describe('The accounts that are stored', () => {
	let secrets: Map<string, string>;
	let store: AccountStore;
	beforeEach(() => {
		secrets = new Map();
		store = new AccountStore(memento(), storage(secrets));
	});

	it('have names of their own, for references too, also where several are of one id and one host', async () => {
		const endpoints = [
			'https://a.example',
			'https://b-c.example/1',
			'https://b-c.example/2',
			'https://b.c.example',
			`https://${'long.'.repeat(30)}example`,
		];
		for (const endpoint of endpoints) {
			await store.put(account(endpoint), key('a'));
		}
		const ids = store.list().map(({ sourceId }) => sourceId);
		assert.equal(ids[0], 'VA-100-000-000');
		assert.equal(new Set(ids.map((id) => variableFor('SU-1', id))).size, endpoints.length, ids.join(', '));
		for (const stored of store.list()) {
			assert.equal(await store.readKey(stored), key('a'));
		}
	});

	it('keep their names and places when they are added again', async () => {
		const first = await store.put(account('https://a.example'), key('a'));
		await store.put(account('https://b.example'), key('b'));
		const again = await store.put({ ...account('https://a.example'), name: 'Renamed' }, key('c'));
		assert.equal(again.sourceId, first.sourceId);
		assert.deepEqual(
			store.list().map(({ name }) => name),
			['Renamed', 'Vallonia'],
		);
		assert.equal(await store.readKey(first), key('c'));
	});

	it('leave no key behind once they are removed, whoever has a new one then', async () => {
		const stored = await store.put(account('https://a.example'), key('a'));
		await store.remove(stored);
		assert.equal(secrets.size, 0);
		await assert.rejects(store.writeKey(stored, key('b')), /VA-100-000-000 has been removed/);
		assert.equal(secrets.size, 0);
	});

	it('give their keys for no other origin than the one they were asked for', async () => {
		const { sourceId } = await store.put(account('https://a.example/public/v1'), key('a'));
		assert.equal(await store.readKeyFor(sourceId, 'https://a.example'), key('a'));
		for (const origin of ['https://b.example', 'http://a.example', 'https://a.example:8443', 'https://a.example.']) {
			assert.equal(await store.readKeyFor(sourceId, origin), undefined, origin);
		}
		// Another account under the name of one that was chosen for the gateway.
		await store.remove(store.list()[0]!);
		const other = await store.put(account('https://b.example'), key('b'));
		assert.equal(other.sourceId, sourceId);
		assert.equal(await store.readKeyFor(sourceId, 'https://a.example'), undefined);
	});

	it('give no key to an endpoint that somebody has changed', async () => {
		const stored = await store.put(account('https://a.example/public/v1'), key('a'));
		for (const endpoint of ['https://b.example/public/v1', 'http://a.example/public/v1', 'https://a.example@b.example/public/v1']) {
			assert.equal(await store.readKey({ ...stored, endpoint }), undefined, endpoint);
		}
	});
});

function memento(): vscode.Memento {
	const state = new Map<string, unknown>();
	return {
		keys: () => [...state.keys()],
		get: (name: string) => state.get(name),
		update: (name: string, value: unknown) => {
			state.set(name, value);
			return Promise.resolve();
		},
	} as vscode.Memento;
}

function storage(secrets: Map<string, string>): vscode.SecretStorage {
	return {
		keys: () => Promise.resolve([...secrets.keys()]),
		get: (name) => Promise.resolve(secrets.get(name)),
		store: (name, value) => Promise.resolve(void secrets.set(name, value)),
		delete: (name) => Promise.resolve(void secrets.delete(name)),
		onDidChange: () => {
			throw new Error('Nobody listens here.');
		},
	};
}
