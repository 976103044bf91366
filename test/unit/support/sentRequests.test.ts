import assert from 'node:assert/strict';
import { readWithRestClient, type SentRequest } from '../../support/requestFiles/sentRequests';

/** What the parser of REST Client 0.26.0 returned for each text, without the header that it sends by default. */
const SAMPLES: Record<string, readonly [text: string, sent: SentRequest]> = {
	'a method in any letter case': ['Patch https://example.com', { method: 'PATCH', url: 'https://example.com', headers: [], body: '' }],
	'repeated headers': [
		'https://example.com\nX-A: 1\nCookie: a=1\nx-a: 2\ncookie: b=2\n\nbody\n# dropped\nmore',
		{
			method: 'GET',
			url: 'https://example.com',
			headers: [
				['X-A', '1,2'],
				['Cookie', 'a=1;b=2'],
			],
			body: 'body\nmore',
		},
	],
	'a command without options': ['curl https://example.com', { method: 'GET', url: 'https://example.com', headers: [], body: '' }],
	'a command with a user and a body': [
		'curl https://example.com \\\n  -u user:pass \\\n  -d a=1 -d b=2',
		{
			method: 'POST',
			url: 'https://example.com',
			headers: [
				['Authorization', 'Basic dXNlcjpwYXNz'],
				['Content-Type', 'application/x-www-form-urlencoded'],
			],
			body: 'a=1&b=2',
		},
	],
	'a command with a method and a content type': [
		'curl -X put https://example.com -H "content-type: text/plain" --data-raw text',
		{ method: 'PUT', url: 'https://example.com', headers: [['content-type', 'text/plain']], body: 'text' },
	],
};

describe("REST Client's parser in the tests", () => {
	for (const [name, [text, sent]] of Object.entries(SAMPLES)) {
		it(`reads ${name} as REST Client does`, () => {
			assert.deepEqual(readWithRestClient(text, false), [sent]);
		});
	}

	it('rejects a command with two methods, which REST Client fails to read', () => {
		assert.throws(() => readWithRestClient('curl -X POST -X PUT https://example.com', false), /two methods/);
	});
});
