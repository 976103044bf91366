import assert from 'node:assert/strict';
import { formatApiKey } from '../../../src/domain/apiKey';
import { removeKeysFromHistory, replaceKeysInHistory } from '../../../src/requestFiles/replaceKeysInHistory';

const KNOWN_TOKEN_ID = 'SU-631-646-036';
const keyOf = (tokenId: string, secret: string) => formatApiKey({ tokenId, secret: secret.repeat(10) });
const request = (headers: Record<string, string>, url = 'http://a.example') => ({
	method: 'GET',
	url,
	headers,
	body: null,
	startTime: 1_700_000_000_000,
});
const replaceKeys = (text: string) => replaceKeysInHistory(text, new Set([KNOWN_TOKEN_ID]));

describe('replaceKeysInHistory', () => {
	it('replaces the keys of known tokens with references, and nothing else', () => {
		const history = [
			request({ authorization: keyOf(KNOWN_TOKEN_ID, 'a19e'), accept: '*/*' }),
			request(
				{ authorization: keyOf(KNOWN_TOKEN_ID, 'b29e') },
				`http://a.example/?key=${encodeURIComponent(keyOf(KNOWN_TOKEN_ID, 'b29e'))}`,
			),
			request({ authorization: keyOf('SU-000-000-001', 'c39e') }),
			request({}),
		];
		const reference = '{{$processEnv CONNECT_SU_631_646_036}}';
		const expected = [
			request({ authorization: `ApiKey ${reference}`, accept: '*/*' }),
			request({ authorization: `ApiKey ${reference}` }, `http://a.example/?key=ApiKey%20${reference}`),
			history[2],
			history[3],
		];
		for (const indent of [undefined, 2, '\t']) {
			assert.deepEqual(replaceKeys(JSON.stringify(history, undefined, indent)), {
				requestCount: 2,
				text: JSON.stringify(expected, undefined, indent),
			});
		}
	});

	it('leaves an empty history or one without such keys unchanged', () => {
		for (const text of ['', ' \n', '[]\n', JSON.stringify([request({ authorization: keyOf('SU-000-000-001', 'c39e') })])]) {
			assert.deepEqual(replaceKeys(text), { requestCount: 0, text });
		}
	});

	it('rejects any other format', () => {
		for (const text of [
			'{',
			'{}',
			'null',
			'[1]',
			'[{"method":"GET"}]',
			'[{"url":"x"}]',
			'[{"method":1,"url":"x"}]',
			'[{"method":"GET","url":1}]',
			'[null]',
			'["x"]',
			JSON.stringify([request({}), 'text']),
		]) {
			assert.equal(replaceKeys(text), undefined, text);
		}
	});
});

describe('removeKeysFromHistory', () => {
	const remove = (text: string) => removeKeysFromHistory(text, new Set([KNOWN_TOKEN_ID]));

	it('replaces keys like replaceKeysInHistory', () => {
		const text = JSON.stringify([request({ authorization: keyOf(KNOWN_TOKEN_ID, 'a19e') })]);
		assert.deepEqual(remove(text), replaceKeys(text));
		assert.equal(remove(text)?.requestCount, 1);
	});

	it('leaves another format unchanged unless it contains a key of a token', () => {
		for (const text of ['{', `{"key":"${keyOf('SU-000-000-001', 'c39e')}"}`]) {
			assert.deepEqual(remove(text), { requestCount: 0, text });
		}
		assert.equal(remove(`{"key":"${keyOf(KNOWN_TOKEN_ID, 'a19e')}"}`), undefined);
	});
});
