import assert from 'node:assert/strict';
import { formatApiKey } from '../../../src/domain/apiKey';
import { cleanHistory } from '../../../src/http/clientHistory';

const OURS = 'SU-631-646-036';
const keyOf = (tokenId: string, secret: string) => formatApiKey({ tokenId, secret: secret.repeat(10) });
const request = (headers: Record<string, string>, url = 'http://a.example') => ({
	method: 'GET',
	url,
	headers,
	body: null,
	startTime: 1_700_000_000_000,
});
const clean = (text: string) => cleanHistory(text, new Set([OURS]));

describe('REST Client’s history', () => {
	it('keeps everything but the keys of our tokens, which become references', () => {
		const history = [
			request({ authorization: keyOf(OURS, 'a19e'), accept: '*/*' }),
			request({ authorization: keyOf(OURS, 'b29e') }, `http://a.example/?key=${encodeURIComponent(keyOf(OURS, 'b29e'))}`),
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
			assert.deepEqual(clean(JSON.stringify(history, undefined, indent)), {
				requests: 2,
				text: JSON.stringify(expected, undefined, indent),
			});
		}
	});

	it('stays as it is without such keys, or empty', () => {
		for (const text of ['', '[]\n', JSON.stringify([request({ authorization: keyOf('SU-000-000-001', 'c39e') })])]) {
			assert.deepEqual(clean(text), { requests: 0, text });
		}
	});

	it('is refused in any other form', () => {
		for (const text of ['{', '{}', 'null', '[1]', '[{"method":"GET"}]', '[null]', JSON.stringify([request({}), 'text'])]) {
			assert.equal(clean(text), undefined, text);
		}
	});
});
