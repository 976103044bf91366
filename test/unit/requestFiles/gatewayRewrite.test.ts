import assert from 'node:assert/strict';
import { applyReplacements } from '../../../src/requestFiles/authorizationEdits';
import { createGatewayRewrite } from '../../../src/requestFiles/gatewayRewrite';
import { formatAuthorizationReference, formatVariableReference, getVariableName } from '../../../src/requestFiles/keyReferences';
import type { RequestFileKind } from '../../../src/requestFiles/requestFileKind';

const ACCOUNT_TOKEN = 'SU-111-111-111';
const SECOND_ACCOUNT_TOKEN = 'SU-111-111-112';
const OTHER_TOKEN = 'SU-222-222-222';
const GATEWAY_TOKEN = 'SU-333-333-333';
const ORIGIN = 'https://api.connect.example';
const GATEWAY = 'http://127.0.0.1:7357';

const header = (id: string) => `Authorization: ${formatAuthorizationReference(id)}`;
const ACCOUNT = header(ACCOUNT_TOKEN);
const LOCAL = header(GATEWAY_TOKEN);

/** Returns the file after the edits; undefined if there are none. */
function rewrite(lines: readonly string[], kind: RequestFileKind = 'requestFile'): readonly string[] | undefined {
	const text = lines.join('\n');
	const edits = createGatewayRewrite(text, kind, {
		variables: new Set([ACCOUNT_TOKEN, SECOND_ACCOUNT_TOKEN].map((id) => getVariableName(id))),
		fromOrigin: ORIGIN,
		toUrl: GATEWAY,
		reference: formatVariableReference(GATEWAY_TOKEN),
	});
	return edits && applyReplacements(text, edits).split('\n');
}

describe('Sending a file’s requests through the gateway', () => {
	const cases: [title: string, before: string[], after: string[]][] = [
		[
			'the URL of each request',
			[`GET ${ORIGIN}/public/v1/products`, ACCOUNT, '', '###', `GET ${ORIGIN}/public/v1/devops`, header(SECOND_ACCOUNT_TOKEN)],
			[`GET ${GATEWAY}/public/v1/products`, LOCAL, '', '###', `GET ${GATEWAY}/public/v1/devops`, LOCAL],
		],
		[
			'a variable with the URL, and one with the key',
			[
				`@url = ${ORIGIN}/public/v1`,
				`@auth = ApiKey ${formatVariableReference(ACCOUNT_TOKEN)}`,
				'',
				'GET {{url}}/products',
				'Authorization: {{auth}}',
			],
			[
				`@url = ${GATEWAY}/public/v1`,
				`@auth = ApiKey ${formatVariableReference(GATEWAY_TOKEN)}`,
				'',
				'GET {{url}}/products',
				'Authorization: {{auth}}',
			],
		],
		[
			'a variable with the host, and the scheme in front of it',
			[
				'@host = api.connect.example',
				'@url = https://{{host}}/public/v1',
				'GET {{url}}/a',
				ACCOUNT,
				'###',
				'GET https://{{host}}/b',
				ACCOUNT,
			],
			['@host = 127.0.0.1:7357', '@url = http://{{host}}/public/v1', 'GET {{url}}/a', LOCAL, '###', 'GET http://{{host}}/b', LOCAL],
		],
		['a Host header', ['GET /products', 'Host: api.connect.example', ACCOUNT], ['GET /products', 'Host: 127.0.0.1:7357', LOCAL]],
		[
			'a port, and other spellings of the host',
			[`GET https://API.Connect.example:443/products`, ACCOUNT],
			[`GET ${GATEWAY}/products`, LOCAL],
		],
		['a cURL command', [`curl ${ORIGIN}/products -H "${ACCOUNT}"`], [`curl ${GATEWAY}/products -H "${LOCAL}"`]],
		['a URL of several lines', [`GET ${ORIGIN}`, '  /products', '  ?a=b', ACCOUNT], [`GET ${GATEWAY}`, '  /products', '  ?a=b', LOCAL]],
	];
	for (const [title, before, after] of cases) {
		it(`changes ${title}`, () => {
			assert.deepEqual(rewrite(before), after);
		});
	}

	it('changes nothing else: bodies, comments, requests with other tokens, and similar hosts', () => {
		const unchanged = [
			`# See ${ORIGIN}/docs, with ${formatVariableReference(ACCOUNT_TOKEN)}`,
			`@docs = ${ORIGIN}.example/docs`,
			`GET ${ORIGIN}/other`,
			header(OTHER_TOKEN),
			'',
			'###',
		];
		const body = ['', `{ "url": "${ORIGIN}/callback" }`];
		assert.deepEqual(rewrite([...unchanged, `POST ${ORIGIN}/products`, ACCOUNT, ...body]), [
			...unchanged,
			`POST ${GATEWAY}/products`,
			LOCAL,
			...body,
		]);
	});

	it('changes fences in Markdown, and no other text', () => {
		const text = `Call ${ORIGIN}.`;
		assert.deepEqual(rewrite([text, '```http', `GET ${ORIGIN}/products`, ACCOUNT, '```', text], 'markdown'), [
			text,
			'```http',
			`GET ${GATEWAY}/products`,
			LOCAL,
			'```',
			text,
		]);
	});

	for (const [title, lines] of [
		['it has no request with a token of the account', [`GET ${ORIGIN}/products`, header(OTHER_TOKEN)]],
		['the host isn’t defined in the file', ['GET {{host}}/products', ACCOUNT]],
		['one of its requests goes to another host', [`GET ${ORIGIN}/a`, ACCOUNT, '###', 'GET https://other.example/b', ACCOUNT]],
	] as const) {
		it(`isn’t possible if ${title}`, () => {
			assert.equal(rewrite(lines), undefined);
		});
	}
});
