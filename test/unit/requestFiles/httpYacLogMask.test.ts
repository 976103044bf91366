import assert from 'node:assert/strict';
import * as httpyac from 'httpyac';
import { formatApiKey } from '../../../src/domain/apiKey';
import { usesOnlyReferences, withProvidedKeys } from '../../../src/requestFiles/httpYacKeys';
import { formatVariableReference, getVariableName } from '../../../src/requestFiles/keyReferences';
import { installLogMask } from '../../../src/requestFiles/httpYacLogMask';

const FAKE_SECRET = '0f1e'.repeat(10);
const FAKE_KEY = formatApiKey({ tokenId: 'SU-631-646-036', secret: FAKE_SECRET });

const noCheck = () => Promise.resolve();

describe('The mask for httpYac’s log', () => {
	before(() => {
		// Applications that use the library must provide these.
		const resolveFalse = () => Promise.resolve(false);
		Object.assign(httpyac.io.fileProvider, {
			isAbsolute: () => Promise.resolve(true),
			exists: resolveFalse,
			dirname: () => undefined,
			hasExtension: () => false,
		});
	});

	afterEach(() => Reflect.deleteProperty(httpyac.store.pluginStore, 'connect-tokens'));

	it('masks keys in logged requests without changing the requests', async () => {
		const documentStore = new httpyac.store.HttpFileStore();
		let clearCount = 0;
		assert.equal(installLogMask({ httpyac, documentStore: { clear: () => clearCount++ } }, noCheck), true);
		assert.equal(clearCount, 1);
		const httpFile = await documentStore.parse('a.http', 'GET https://a.example', { config: {} });
		const request = {
			protocol: 'HTTP',
			method: 'GET',
			url: `https://a.example/?key=${FAKE_KEY}`,
			headers: { Authorization: FAKE_KEY, Accept: ['*/*', FAKE_KEY] },
			body: FAKE_KEY,
		} as const;
		const response = { protocol: 'HTTP/1.1', statusCode: 200, request };
		await httpFile.hooks.responseLogging.trigger(response, {} as never);
		assert.equal(JSON.stringify(response).includes(FAKE_SECRET), false);
		const masked = `ApiKey SU-631-646-036:${'*'.repeat(10)}`;
		assert.deepEqual(response.request.headers, { Authorization: masked, Accept: ['*/*', masked] });
		assert.equal(request.headers.Authorization, FAKE_KEY);
	});

	it('comes with a hook that provides keys only while a request is sent, before httpYac reads the environment', async () => {
		const documentStore = new httpyac.store.HttpFileStore();
		assert.equal(installLogMask({ httpyac, documentStore: { clear: () => undefined } }, noCheck), true);
		const httpFile = await documentStore.parse('a.http', 'GET https://a.example', { config: {} });
		const header = `ApiKey ${formatVariableReference('SU-631-646-036')}`;
		const replace = () => httpFile.hooks.replaceVariable.trigger(header, 'authorization', { variables: {}, httpFile } as never);
		const keys = new Map([[getVariableName('SU-631-646-036'), FAKE_KEY.replace('ApiKey ', '')]]);
		assert.equal(await replace(), 'ApiKey ');
		assert.equal(await withProvidedKeys(keys, replace), FAKE_KEY);
		assert.equal(await withProvidedKeys(new Map(), replace), 'ApiKey ');
		assert.equal(await replace(), 'ApiKey ');
	});

	it('can provide keys for references, but not for code that reads the environment', () => {
		const variable = getVariableName('SU-631-646-036');
		const reference = formatVariableReference('SU-631-646-036');
		assert.equal(usesOnlyReferences(`@a = ${reference}\nX: ${reference}`, [variable]), true);
		assert.equal(usesOnlyReferences(`X: ${reference} {{process.env.${variable}}}`, [variable]), false);
	});

	for (const [label, exported] of [
		['nothing', undefined],
		['no library', { documentStore: { clear: () => undefined } }],
		['another store', { httpyac: { store: { pluginStore: [] } }, documentStore: { clear: 1 } }],
		['no store', { httpyac: {}, documentStore: { clear: () => undefined } }],
		['no plugins', { httpyac: { store: {} }, documentStore: { clear: () => undefined } }],
		['no way to reload documents', { httpyac: { store: { pluginStore: {} } }, documentStore: {} }],
	] as const) {
		it(`doesn't change an extension that exports ${label}`, () => {
			const previousExports = JSON.stringify(exported);
			assert.equal(installLogMask(exported, noCheck), false);
			assert.equal(JSON.stringify(exported), previousExports);
		});
	}

	it('ignores an unknown plugin API, and responses without a request', () => {
		const pluginStore: Record<string, (api: unknown) => void> = {};
		installLogMask({ httpyac: { store: { pluginStore } }, documentStore: { clear: () => undefined } }, noCheck);
		for (const api of [undefined, {}, { hooks: {} }, { hooks: { responseLogging: { addHook: 1 } } }]) {
			pluginStore['connect-tokens']!(api);
		}
		let hook!: (response: unknown) => void;
		pluginStore['connect-tokens']!({
			hooks: { responseLogging: { addHook: (_: string, addedHooks: typeof hook) => (hook = addedHooks) } },
		});
		const binary = { request: { url: 'https://a.example', body: Buffer.from(FAKE_KEY) } };
		hook(binary);
		assert.deepEqual(binary.request.body, Buffer.from(FAKE_KEY));
		for (const response of [undefined, null, {}, { request: null }, { request: { url: 1 } }]) {
			const previousExports = JSON.stringify(response);
			hook(response);
			assert.equal(JSON.stringify(response), previousExports);
		}
	});
});
