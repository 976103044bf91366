import assert from 'node:assert/strict';
import { formatAuthorizationReference, formatVariableReference, getVariableName } from '../../../src/requestFiles/keyReferences';
import type { RequestFileKind } from '../../../src/requestFiles/requestFileKind';
import { findRequestUses, NO_USES } from '../../../src/requestFiles/requestUses';

const A = 'SU-000-000-001';
const B = 'SU-000-000-002';
const header = (id: string) => `Authorization: ${formatAuthorizationReference(id)}`;

/** What a client uses for a request; undefined if it doesn't send exactly this request. */
type Used = readonly string[] | undefined;
type Expected = readonly [requestLine: string, restClient: Used, httpYac: Used];

/** Describes the requests that use tokens: the request line, and the IDs of the tokens by client. */
function describeUses(text: string, kind: RequestFileKind = 'requestFile'): readonly Expected[] {
	const toIds = (variables: Used) => variables?.map((variable) => variable.replace('CONNECT_', '').replaceAll('_', '-'));
	return findRequestUses(text, kind).requests.map(({ request: { requestLine }, variablesByClient: { restClient, httpYac } }) => [
		text.slice(requestLine.start, requestLine.end),
		toIds(restClient),
		toIds(httpYac),
	]);
}

describe('Requests that use tokens', () => {
	const cases: [title: string, lines: string[], expected: Expected[]][] = [
		[
			'have references in headers',
			['GET http://a', header(A), '', '###', 'GET http://b', '###', '# c', 'GET http://c', header(B)],
			[
				['GET http://a', [A], [A]],
				['GET http://c', [B], [B]],
			],
		],
		[
			'have references in the URL or in the body',
			[`POST http://a?k=${formatVariableReference(A)}`, '', `{ "key": "${formatVariableReference(B)}" }`],
			[[`POST http://a?k=${formatVariableReference(A)}`, [A, B], [A, B]]],
		],
		['have references in several lines of the URL', ['POST http://a', `  ?k=${formatVariableReference(A)}`], [['POST http://a', [A], [A]]]],
		[
			'list each token once',
			['GET http://a', header(A), `X-Again: ${formatAuthorizationReference(A)}`, `X-Other: ${formatAuthorizationReference(B)}`],
			[['GET http://a', [A, B], [A, B]]],
		],
		[
			'use a variable that is defined above',
			[
				`@auth = ${formatAuthorizationReference(A)}`,
				'GET http://other',
				'###',
				'GET http://a',
				'Authorization: {{auth}}',
				'###',
				'GET http://b',
				'Authorization: {{ other }}',
			],
			[['GET http://a', [A], [A]]],
		],
		[
			'use a variable that is defined below',
			['GET http://a', 'Authorization: {{auth}}', '###', `@auth = ${formatAuthorizationReference(A)}`, 'GET http://other'],
			[['GET http://a', [A], [A]]],
		],
		[
			'use a variable over two levels, and lazily',
			[
				`@key = ${formatVariableReference(A)}`,
				'@auth := ApiKey {{key}}',
				'###',
				'GET http://a',
				'Authorization: {{auth}}',
				'###',
				'GET http://b',
			],
			[['GET http://a', [A], [A]]],
		],
		[
			'have no references in comments above',
			[`# ${header(A)}`, `// ${header(A)}`, 'GET http://a', header(B)],
			[['GET http://a', [B], [B]]],
		],
		['have no references in comments', ['GET http://a', `# ${header(A)}`, `  // ${header(A)}`, '', `# ${header(A)}`, `#${header(A)}`], []],
		['send a header after # without a space in httpYac only', ['GET http://a', `#${header(A)}`], [['GET http://a', [], [A]]]],
		['start with a reference', ['{{$processEnv CONNECT_SU_000_000_001}}/x'], [['{{$processEnv CONNECT_SU_000_000_001}}/x', [A], [A]]]],
		[
			'include the ones below without a separator, for REST Client',
			['GET http://a', header(A), '', 'GET http://b', header(B)],
			[
				['GET http://a', [A, B], [A]],
				['GET http://b', undefined, [B]],
			],
		],
		[
			'are separated by indented marks in httpYac only',
			['GET http://a', '  ###', 'GET http://b', header(B)],
			[
				['GET http://a', [B], []],
				['GET http://b', undefined, [B]],
			],
		],
		[
			'send definitions below the request line as text in REST Client only',
			['POST http://a', '', `@auth = ${formatAuthorizationReference(A)}`],
			[['POST http://a', [A], []]],
		],
		['are no cURL commands for httpYac', [`curl -H "${header(A)}" http://a`], [[`curl -H "${header(A)}" http://a`, [A], undefined]]],
		[
			'are not read by REST Client below a script',
			['{{', 'exports.a = 1;', '}}', 'GET http://a', header(A)],
			[['GET http://a', undefined, [A]]],
		],
		[
			'are not read by REST Client below a script of a client',
			['< {%', 'client.log("x")', '%}', 'GET http://a', header(A)],
			[['GET http://a', undefined, [A]]],
		],
		[
			'are not read by REST Client below a multi-line comment',
			['/*', header(B), '*/', 'GET http://a', header(A)],
			[['GET http://a', undefined, [A]]],
		],
		[
			'are not read by REST Client below a file that is included',
			['< ./a.js', 'GET http://a', header(A)],
			[['GET http://a', undefined, [A]]],
		],
		[
			'could use what scripts use',
			['{{', `exports.key = process.env.${getVariableName(A)};`, '}}', '', '###', 'GET http://a', 'X: {{key}}', '###', 'GET http://b'],
			[
				['GET http://a', [], [A]],
				['GET http://b', [], [A]],
			],
		],
		[
			'do not use names outside of placeholders',
			['POST http://a', `X-Name: ${getVariableName(A)}`, '', getVariableName(A), '###', 'GET http://b', header(B)],
			[['GET http://b', [B], [B]]],
		],
		[
			'do not use what is above a script',
			['POST http://a', header(A), '', '{{', 'exports.a = 1;', '}}', '###', 'GET http://b'],
			[['POST http://a', [A], [A]]],
		],
		['do not include references above the first request', [header(A), ''], []],
		['do not include requests without references', ['GET http://a', '###', 'GET http://b', 'X: {{$processEnv OTHER}}'], []],
	];
	for (const [title, lines, expected] of cases) {
		for (const lineBreak of ['\n', '\r\n', '\r']) {
			it(`${title} (${JSON.stringify(lineBreak)})`, () => {
				assert.deepEqual(describeUses(lines.join(lineBreak)), expected);
			});
		}
	}

	it('are in fences that each client recognizes', () => {
		const fence = (opening: string, closing: string, indent = '') =>
			[`${indent}${opening}`, `${indent}GET http://a`, `${indent}${header(A)}`, `${indent}${closing}`].join('\n');
		const cases: [text: string, restClient: boolean, httpYac: boolean][] = [
			[fence('```http', '```'), true, true],
			[fence('```rest', '```'), true, true],
			[fence('```HTTP', '```'), false, true],
			[fence('``` http', '```'), false, true],
			[fence('```http', '``` '), false, true],
			[fence('```http title=x', '```'), false, false],
			[fence('````http', '````'), false, false],
			[fence('~~~http', '~~~'), false, false],
			[fence('```http', '```', '  '), false, false],
			[fence('```http', ''), false, false],
			[fence('```http', '````'), false, false],
			[fence('```http', '  ```'), false, false],
			[`  ${fence('```http', '```')}`, false, false],
			[`\`${fence('```http', '````')}`, false, false],
		];
		for (const [text, restClient, httpYac] of cases) {
			const [uses, ...others] = findRequestUses(`# Title\n\n${header(B)}\n\n${text}`, 'markdown').requests;
			assert.deepEqual(others, []);
			const { restClient: inRestClient, httpYac: inHttpYac } = uses?.variablesByClient ?? {};
			assert.deepEqual([inRestClient !== undefined, inHttpYac !== undefined], [restClient, httpYac], text);
		}
	});

	it('are found in each fence', () => {
		const text = ['```http', 'GET http://a', header(A), '###', 'GET http://b', header(B), '```', '```json', header(A), '```'].join('\n');
		assert.deepEqual(describeUses(text, 'markdown'), [
			// To REST Client, a fence is one request.
			['GET http://a', [A, B], [A]],
			['GET http://b', undefined, [B]],
		]);
	});

	it('list what any client uses', () => {
		const [curl, http] = findRequestUses(
			`curl -H "${header(A)}" http://a\n###\nGET http://b\n#${header(B)}\n${header(A)}`,
			'requestFile',
		).requests;
		assert.deepEqual(curl?.variables, [getVariableName(A)]);
		assert.deepEqual(http?.variables, [getVariableName(A), getVariableName(B)]);
	});

	it("aren't found in a file with too many definitions", () => {
		const id = (index: number) => `SU-${String(100_000_000 + index).replace(/\d{3}(?=.)/g, '$&-')}`;
		const tokens = Array.from({ length: 1000 }, (_, index) => `@v0 = ${formatVariableReference(id(index))}\n`).join('');
		const chain = Array.from({ length: 1000 }, (_, index) => `@v${index + 1} = {{v${index}}}\n`).join('');
		assert.deepEqual(describeUses(`${tokens}${chain}GET http://a\n${header(A)}`), []);
	});

	it("aren't found in a file without references", () => {
		assert.deepEqual(findRequestUses('GET http://a\n\n###\nGET http://b', 'requestFile'), NO_USES);
	});

	it('have a target', () => {
		const text = `@base = https://a.example\nPUT {{base}}/x\n${header(A)}`;
		assert.deepEqual(findRequestUses(text, 'requestFile').requests[0]?.target, { method: 'PUT', url: 'https://a.example/x' });
	});
});

describe('References in a file with requests', () => {
	it("aren't those in comments", () => {
		const text = [`# ${header(A)}`, `@auth = ${formatAuthorizationReference(B)}`, 'GET http://a', header(A), `// ${header(B)}`].join('\n');
		const { references } = findRequestUses(text, 'requestFile');
		assert.deepEqual(
			references.map(({ tokenId, start }) => [tokenId, text.lastIndexOf('\n', start)]),
			[
				[B, text.indexOf('\n')],
				[A, text.indexOf('\nAuthorization')],
			],
		);
	});

	it('include those in the text of a Markdown document, where # starts a heading', () => {
		const text = `# ${header(A)}\n\n\`\`\`http\n# ${header(B)}\nGET http://a\n\`\`\`\n`;
		assert.deepEqual(
			findRequestUses(text, 'markdown').references.map(({ tokenId }) => tokenId),
			[A],
		);
	});
});
