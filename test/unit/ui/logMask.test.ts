import assert from 'node:assert/strict';
import * as httpyac from 'httpyac';
import { formatApiKey } from '../../../src/domain/apiKey';
import { maskLogOf } from '../../../src/ui/requestFiles/logMask';

const SECRET = '0f1e'.repeat(10);
const KEY = formatApiKey({ tokenId: 'SU-631-646-036', secret: SECRET });

describe('the mask over httpYac’s log', () => {
	before(() => {
		// The library leaves these to whoever uses it.
		const no = () => Promise.resolve(false);
		Object.assign(httpyac.io.fileProvider, {
			isAbsolute: () => Promise.resolve(true),
			exists: no,
			dirname: () => undefined,
			hasExtension: () => false,
		});
	});

	afterEach(() => Reflect.deleteProperty(httpyac.store.pluginStore, 'connect-tokens'));

	it('hides keys in what is logged of a request, and leaves the request alone', async () => {
		const documents = new httpyac.store.HttpFileStore();
		let cleared = 0;
		assert.equal(maskLogOf({ httpyac, documentStore: { clear: () => cleared++ } }), true);
		assert.equal(cleared, 1);
		const httpFile = await documents.parse('a.http', 'GET https://a.example', { config: {} });
		const request = {
			protocol: 'HTTP',
			method: 'GET',
			url: `https://a.example/?key=${KEY}`,
			headers: { Authorization: KEY, Accept: ['*/*'] },
			body: KEY,
		} as const;
		const response = { protocol: 'HTTP/1.1', statusCode: 200, request };
		await httpFile.hooks.responseLogging.trigger(response, {} as never);
		assert.equal(JSON.stringify(response).includes(SECRET), false);
		assert.deepEqual(response.request.headers, { Authorization: `ApiKey SU-631-646-036:${'*'.repeat(10)}`, Accept: ['*/*'] });
		assert.equal(request.headers.Authorization, KEY);
	});

	for (const [what, exported] of [
		['nothing', undefined],
		['no library', { documentStore: { clear: () => undefined } }],
		['another store', { httpyac: { store: { pluginStore: [] } }, documentStore: { clear: 1 } }],
		['no way to read documents anew', { httpyac: { store: { pluginStore: {} } }, documentStore: {} }],
	] as const) {
		it(`leaves an extension alone that exports ${what}`, () => {
			const before = JSON.stringify(exported);
			assert.equal(maskLogOf(exported), false);
			assert.equal(JSON.stringify(exported), before);
		});
	}

	it('does nothing where the plugin gets something else, or the response has no request', () => {
		const pluginStore: Record<string, (api: unknown) => void> = {};
		maskLogOf({ httpyac: { store: { pluginStore } }, documentStore: { clear: () => undefined } });
		for (const api of [undefined, {}, { hooks: {} }, { hooks: { responseLogging: { addHook: 1 } } }]) {
			pluginStore['connect-tokens']!(api);
		}
		let hook!: (response: unknown) => void;
		pluginStore['connect-tokens']!({ hooks: { responseLogging: { addHook: (_: string, added: typeof hook) => (hook = added) } } });
		for (const response of [undefined, null, {}, { request: null }, { request: { url: 1 } }]) {
			const before = JSON.stringify(response);
			hook(response);
			assert.equal(JSON.stringify(response), before);
		}
	});
});
