import assert from 'node:assert/strict';
import { referenceTo } from '../../../src/http/references';
import { referringRequests, referringRequestsInMarkdown, type ReferringRequest } from '../../../src/http/referringRequests';

const A = 'SU-000-000-001';
const B = 'SU-000-000-002';
const header = (id: string) => `Authorization: ${referenceTo(id)}`;

/** Each request by its first line. */
function told(text: string, requests: readonly ReferringRequest[]): unknown {
	return requests.map(({ request: { requestLine }, variables, isFirst }) => [
		text.slice(requestLine.start, requestLine.end),
		variables.map((one) => one.replace('CONNECT_', '').replaceAll('_', '-')),
		isFirst,
	]);
}

describe('requests that refer to tokens', () => {
	const cases: [what: string, lines: string[], expected: unknown][] = [
		[
			'by a header',
			['GET http://a', header(A), '', '###', 'GET http://b', '###', '# c', 'GET http://c', header(B)],
			[
				['GET http://a', [A], true],
				['GET http://c', [B], true],
			],
		],
		[
			'twice, once each',
			['GET http://a', header(A), `X-Again: ${referenceTo(A)}`, `X-Other: ${referenceTo(B)}`],
			[['GET http://a', [A, B], true]],
		],
		[
			'by a variable',
			[`@auth = ${referenceTo(A)}`, '###', 'GET http://a', 'Authorization: {{auth}}', '###', 'GET http://b', 'Authorization: {{ other }}'],
			[['GET http://a', [A], true]],
		],
		[
			'without a separator before them',
			['GET http://a', header(A), '', 'GET http://b', header(B)],
			[
				['GET http://a', [A], true],
				['GET http://b', [B], false],
			],
		],
		['with cURL', [`curl -H "${header(A)}" http://a`], [[`curl -H "${header(A)}" http://a`, [A], true]]],
		['above any request', [header(A), ''], []],
		['not at all', ['GET http://a', '###', 'GET http://b', 'X: {{$processEnv OTHER}}'], []],
	];
	for (const [what, lines, expected] of cases) {
		for (const lineBreak of ['\n', '\r\n']) {
			it(`are found: ${what}${lineBreak === '\n' ? '' : ', with CR LF'}`, () => {
				const text = lines.join(lineBreak);
				assert.deepEqual(told(text, referringRequests(text)), expected);
			});
		}
	}

	it('are found in the fences of a Markdown document', () => {
		const text = [
			'# Text',
			header(A),
			'```http',
			'GET http://a',
			header(A),
			'###',
			'GET http://b',
			header(B),
			'```',
			'```json',
			header(A),
			'```',
		].join('\n');
		assert.deepEqual(told(text, referringRequestsInMarkdown(text)), [
			['GET http://a', [A], true],
			['GET http://b', [B], false],
		]);
	});
});
