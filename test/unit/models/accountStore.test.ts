import assert from 'node:assert/strict';
import { AccountStore } from '../../../src/models/accountStore';
import { getVariableName } from '../../../src/requestFiles/keyReferences';

const fakeKey = (digit: string) => `ApiKey SU-100-000-001:${digit.repeat(40)}`;
const createAccountInfo = (endpoint: string, id = 'VA-100-000-000') => ({ id, name: 'Vallonia', endpoint });

describe('AccountStore', () => {
	let secrets: Map<string, string>;
	let keyListeners: ((event: { key: string }) => void)[];
	let store: AccountStore;
	beforeEach(() => {
		secrets = new Map();
		keyListeners = [];
		const state = new Map<string, unknown>();
		const fireKeyChange = (key: string) => keyListeners.forEach((listener) => listener({ key }));
		store = new AccountStore({
			state: { get: (name) => state.get(name), update: (name, value) => Promise.resolve(void state.set(name, value)) },
			secrets: {
				get: (name) => Promise.resolve(secrets.get(name)),
				store: (name, value) => Promise.resolve(secrets.set(name, value)).then(() => fireKeyChange(name)),
				delete: (name) => Promise.resolve(secrets.delete(name)).then(() => fireKeyChange(name)),
				onDidChange: (listener) => {
					keyListeners.push(listener);
					return { dispose: () => (keyListeners = keyListeners.filter((item) => item !== listener)) };
				},
			},
			toReferenceName: (sourceId) => getVariableName('', sourceId),
		});
	});

	it('gives accounts unique source IDs, in references too, even if they share an ID and a host', async () => {
		const endpointList = [
			'https://a.example',
			'https://b-c.example/1',
			'https://b-c.example/2',
			'https://b.c.example',
			`https://${'long.'.repeat(30)}example`,
		];
		for (const endpoint of endpointList) {
			await store.addOrUpdate(createAccountInfo(endpoint), fakeKey('a'));
		}
		const ids = store.list().map(({ sourceId }) => sourceId);
		assert.equal(ids[0], 'VA-100-000-000');
		assert.equal(new Set(ids.map((id) => getVariableName('SU-1', id))).size, endpointList.length, ids.join(', '));
		for (const stored of store.list()) {
			assert.equal(await store.readApiKey(stored), fakeKey('a'));
		}
	});

	it('keeps the source ID and position of an account that is added again', async () => {
		const first = await store.addOrUpdate(createAccountInfo('https://a.example'), fakeKey('a'));
		await store.addOrUpdate(createAccountInfo('https://b.example'), fakeKey('b'));
		const addedAgain = await store.addOrUpdate({ ...createAccountInfo('https://a.example'), name: 'Renamed' }, fakeKey('c'));
		assert.equal(addedAgain.sourceId, first.sourceId);
		assert.deepEqual(
			store.list().map(({ name }) => name),
			['Renamed', 'Vallonia'],
		);
		assert.equal(await store.readApiKey(first), fakeKey('c'));
	});

	it('deletes the key of a removed account and rejects a new one', async () => {
		const stored = await store.addOrUpdate(createAccountInfo('https://a.example'), fakeKey('a'));
		await store.remove(stored);
		assert.equal(secrets.size, 0);
		await assert.rejects(store.replaceApiKey(stored, fakeKey('b')), /VA-100-000-000 was removed/);
		assert.equal(secrets.size, 0);
	});

	it('provides a key only for the origin of its account', async () => {
		const { sourceId } = await store.addOrUpdate(createAccountInfo('https://a.example/public/v1'), fakeKey('a'));
		assert.equal(await store.readApiKeyForOrigin(sourceId, 'https://a.example'), fakeKey('a'));
		for (const origin of ['https://b.example', 'http://a.example', 'https://a.example:8443', 'https://a.example.']) {
			assert.equal(await store.readApiKeyForOrigin(sourceId, origin), undefined, origin);
		}
		// Another account with the source ID of the one that was chosen for the gateway.
		await store.remove(store.list()[0]!);
		const item = await store.addOrUpdate(createAccountInfo('https://b.example'), fakeKey('b'));
		assert.equal(item.sourceId, sourceId);
		assert.equal(await store.readApiKeyForOrigin(sourceId, 'https://a.example'), undefined);
	});

	it('provides no key if the endpoint in the state was changed', async () => {
		const stored = await store.addOrUpdate(createAccountInfo('https://a.example/public/v1'), fakeKey('a'));
		for (const endpoint of ['https://b.example/public/v1', 'http://a.example/public/v1', 'https://a.example@b.example/public/v1']) {
			assert.equal(await store.readApiKey({ ...stored, endpoint }), undefined, endpoint);
		}
	});

	it('notifies listeners of added, updated, and removed accounts, but not of other secrets', async () => {
		let changeCount = 0;
		const subscription = store.onDidChange(() => changeCount++);
		const stored = await store.addOrUpdate(createAccountInfo('https://a.example'), fakeKey('a'));
		await store.replaceApiKey(stored, fakeKey('b'));
		await store.remove(stored);
		assert.equal(changeCount, 3);
		keyListeners.forEach((listener) => listener({ key: 'connectTokens.gateway.credential' }));
		assert.equal(changeCount, 3);
		subscription.dispose();
		await store.addOrUpdate(createAccountInfo('https://a.example'), fakeKey('a'));
		assert.equal(changeCount, 3);
	});
});
